use crate::background;
use crate::held_locks::Entry;
use crate::releases::{Release, Releases};
use crate::renewals::Renewals;
use crate::wait_queue::{QueueSlot, Sighting};
use crate::{HeldLocks, LockOptions, Pessimistic};
use futures_util::future::{Either, select};
use parking_lot::Mutex;
use session_core::error::{Operation, Outcome};
use session_core::store::{Acquired, Expect, Key, LockToken, LockingStore};
use session_core::time::Timer;
use session_core::{Error, ErrorKind, Result};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// A lock in the store, or the attempts to get it, and its slot in the queue.
///
/// If it is dropped while it stands, or may stand, it is released in the background. Only then the
/// next in the queue gets its turn.
#[derive(Debug)]
pub(crate) struct Lock {
    pub(crate) store: Arc<dyn LockingStore>,
    pub(crate) key: Key,
    pub(crate) token: LockToken,
    pub(crate) options: LockOptions,
    pub(crate) timer: Arc<dyn Timer>,
    /// The time on the timer from which the lease counts.
    pub(crate) leased: Duration,
    pub(crate) runtime: Handle,
    pub(crate) renewals: Renewals,
    releases: Releases,
    slot: SharedSlot,
    may_stand: bool,
    held_locks: Option<HeldLocks>,
    /// The lock in the file of held locks, from the first attempt on.
    entry: Option<Entry>,
}

/// A slot in the queue, which a lock that outlives its lease gives up as well.
pub(crate) type SharedSlot = Arc<Mutex<Option<QueueSlot>>>;

impl Lock {
    pub(crate) fn new(strategy: &Pessimistic, key: &Key, slot: QueueSlot, runtime: Handle) -> Self {
        Self {
            store: Arc::clone(&strategy.store),
            key: key.clone(),
            token: LockToken::draw(&*strategy.randomness),
            options: strategy.options,
            timer: Arc::clone(&strategy.timer),
            leased: Duration::ZERO,
            runtime,
            renewals: strategy.renewals.clone(),
            releases: strategy.releases.clone(),
            slot: Arc::new(Mutex::new(Some(slot))),
            may_stand: false,
            held_locks: strategy.held_locks.clone(),
            entry: None,
        }
    }

    /// Makes one attempt at the time `begin`, which takes no longer than `limit`.
    ///
    /// The lease counts from its start (L9): an answer that comes when the lease is over is none.
    pub(crate) async fn acquire(&mut self, begin: Duration, limit: Duration) -> Result<Acquired> {
        let may_stand = self.may_stand;
        // While it is under way, and if it is dropped.
        self.may_stand = true;
        self.enter();
        let acquire = self.store.acquire(&self.key, &self.token, self.options.lock_lease);
        let acquired = match select(acquire, self.timer.sleep(limit)).await {
            Either::Left((acquired, _)) => acquired,
            Either::Right(((), _)) => Err(unanswered(format!("no answer within {limit:?}"))),
        };
        self.may_stand = match &acquired {
            Ok(Acquired::Locked(_)) => true,
            Ok(Acquired::Absent) => false,
            // What an earlier attempt left in doubt remains so.
            Ok(Acquired::Busy { .. }) => may_stand,
            Err(error) => may_stand || error.outcome() == Outcome::Unknown,
        };
        self.leased = begin;
        if matches!(acquired, Ok(Acquired::Locked(_))) && self.is_over() {
            return Err(unanswered("the answer came after the end of the lease".to_owned()));
        }
        acquired
    }

    /// Adds the lock to the file of held locks, if there is one.
    fn enter(&mut self) {
        if self.entry.is_none() {
            let held_locks = self.held_locks.as_ref();
            self.entry = held_locks.map(|held_locks| held_locks.add(&self.key, &self.token));
        }
    }

    fn is_over(&self) -> bool {
        self.timer.elapsed().saturating_sub(self.leased) >= self.options.lock_lease
    }

    /// The expectation of a write of the holder.
    pub(crate) fn expect(&self) -> Expect {
        Expect::lock(self.token.clone())
    }

    pub(crate) fn slot(&self) -> SharedSlot {
        Arc::clone(&self.slot)
    }

    /// Another process has the lock now.
    pub(crate) fn see_held(&self) {
        if let Some(slot) = &*self.slot.lock() {
            slot.see_held(self.timer.elapsed());
        }
    }

    /// This handle has the lock now.
    pub(crate) fn hold(&self) {
        if let Some(slot) = &mut *self.slot.lock() {
            slot.hold();
        }
    }

    /// The sightings of the lock during the wait for it.
    pub(crate) fn sighting(&self) -> Sighting {
        self.slot.lock().as_ref().map_or(Sighting::Never, QueueSlot::sighting)
    }

    /// Runs a task that goes on when this handle's does not.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        background::spawn(&self.runtime, task)
    }

    /// Ends the lock after the write that was to release it.
    ///
    /// A write that was rejected has released nothing, unless it was rejected because there is
    /// nothing to release. The caller must get the failure soon, so the release is
    /// not waited for any longer than [`LockOptions::release_timeout`].
    pub(crate) async fn end<T>(mut self, written: Result<T>) -> Result<T> {
        self.may_stand = false;
        let stands = match &written {
            Ok(_) => false,
            Err(error) => !matches!(error.kind(), ErrorKind::LockLost | ErrorKind::Gone),
        };
        if stands {
            select(self.release(), self.timer.sleep(self.options.release_timeout)).await;
        }
        self.slot.lock().take();
        written
    }

    /// Releases the lock in the background.
    fn release(&mut self) -> JoinHandle<()> {
        let release = Release {
            store: Arc::clone(&self.store),
            key: self.key.clone(),
            token: self.token.clone(),
            slot: self.slot.lock().take(),
            options: self.options,
            timer: Arc::clone(&self.timer),
            pending: self.releases.begin(),
            entry: self.entry.take(),
        };
        self.spawn(release.run())
    }
}

fn unanswered(detail: String) -> Error {
    let error = Error::new(Operation::Acquire, ErrorKind::Unavailable);
    error.with_detail(detail).with_unknown_outcome()
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.may_stand {
            drop(self.release());
        } else if let Some(entry) = self.entry.take() {
            entry.remove();
        }
    }
}
