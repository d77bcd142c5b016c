//! Stores that wake the watchers of a lock.

use crate::calls::Call;
use crate::twist::Twist;
use async_trait::async_trait;
use session_conformance::Model;
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{Capabilities, Key, SessionStore, WakeUps, Watch};
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::watch::{Receiver, Sender};

/// A fault of a store or of its watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No fault.
    Sound,
    /// It declares wake-ups, but returns no watch.
    WatchesNothing,
    /// It returns a watch, but declares no wake-ups.
    WatchesInSecret,
    /// It reports only releases that occur during a wait.
    ReportsFromTheWaitOn,
    /// It loses the report of a wait that was dropped.
    LosesWhatADroppedWaitMissed,
    /// It reports only one release.
    ReportsOnce,
    /// It reports only to the watch that began last.
    ReportsToTheLastWatch,
    /// It reports releases, but no write that frees a lock.
    ReportsReleasesAlone,
    /// It reports releases and writes that release, but not the end of a record.
    ReportsNoEndOfARecord,
}

/// Wakes the watchers of all locks at a change of any lock.
#[derive(Debug)]
pub(crate) struct Wakes {
    fault: Fault,
    declared: WakeUps,
    changes: Sender<()>,
    watches: Arc<AtomicUsize>,
}

impl Wakes {
    pub(crate) fn with(fault: Fault) -> Self {
        let (changes, watches) = (Sender::new(()), Arc::default());
        Self { fault, declared: WakeUps::ThisHandle, changes, watches }
    }

    /// Declares that it wakes watchers of all handles, but wakes those of its own only.
    pub(crate) fn declaring_all_handles() -> Self {
        Self { declared: WakeUps::AllHandles, ..Self::with(Fault::Sound) }
    }

    /// Whether this operation is reported to the watchers.
    fn reports(&self, operation: Operation) -> bool {
        let is_alone = self.fault == Fault::ReportsReleasesAlone;
        match operation {
            Operation::Release => true,
            Operation::Update | Operation::Touch => !is_alone,
            Operation::Rotate | Operation::Delete => {
                !is_alone && self.fault != Fault::ReportsNoEndOfARecord
            }
            _ => false,
        }
    }
}

#[async_trait]
impl Twist for Wakes {
    fn capabilities(&self, model: &Model) -> Capabilities {
        let capabilities = model.capabilities();
        if self.fault == Fault::WatchesInSecret {
            return capabilities;
        }
        capabilities.with_wake_ups(self.declared)
    }

    async fn call<C: Call<Model>>(&self, model: &Model, call: C) -> Result<C::Answer> {
        let answer = call.on(model).await?;
        if self.reports(C::OPERATION) {
            self.changes.send_replace(());
        }
        Ok(answer)
    }

    async fn watch(&self, _: &Model, _: &Key) -> Option<Box<dyn Watch>> {
        let (fault, changes) = (self.fault, self.changes.subscribe());
        let number = self.watches.fetch_add(1, Ordering::Relaxed) + 1;
        let watches = Arc::clone(&self.watches);
        let watch = Broadcast { fault, changes, is_waited_for: false, reports: 0, number, watches };
        (fault != Fault::WatchesNothing).then(|| Box::new(watch) as Box<dyn Watch>)
    }
}

#[derive(Debug)]
struct Broadcast {
    fault: Fault,
    changes: Receiver<()>,
    /// Whether the last wait was dropped.
    is_waited_for: bool,
    reports: usize,
    number: usize,
    /// How many watches have begun.
    watches: Arc<AtomicUsize>,
}

#[async_trait]
impl Watch for Broadcast {
    async fn changed(&mut self) {
        let is_forgotten = match self.fault {
            Fault::ReportsFromTheWaitOn => true,
            Fault::LosesWhatADroppedWaitMissed => self.is_waited_for,
            _ => false,
        };
        if is_forgotten {
            self.changes.mark_unchanged();
        }
        let is_last = self.number == self.watches.load(Ordering::Relaxed);
        if self.fault == Fault::ReportsOnce && self.reports > 0
            || self.fault == Fault::ReportsToTheLastWatch && !is_last
        {
            pending::<()>().await;
        }
        self.is_waited_for = true;
        if self.changes.changed().await.is_err() {
            pending::<()>().await;
        }
        self.is_waited_for = false;
        self.reports += 1;
    }
}
