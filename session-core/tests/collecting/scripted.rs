//! A store that only answers sweeps, by a script.

use async_trait::async_trait;
use session_core::error::Operation;
use session_core::store::{
    Capabilities, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key, Record,
    Rotation, SessionStore, Snapshot, Sweep, SweepBudget, Tag, Touch,
};
use session_core::time::{EpochMillis, ManualClock, Timer};
use session_core::{Collector, Error, ErrorKind, Result};
use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// More requests than a collection of a few steps can need.
const MOST_WAITS: usize = 100;

/// A sweep request: the limit of records, the grace, the cursor, and the time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) max_records: usize,
    pub(crate) grace: Duration,
    pub(crate) from: Option<String>,
    pub(crate) at: Duration,
}

#[derive(Debug)]
pub(crate) struct Scripted {
    clock: ManualClock,
    takes: Duration,
    answers: Mutex<VecDeque<Result<Sweep>>>,
    asked: Mutex<Vec<Asked>>,
}

impl Scripted {
    /// A store whose steps all succeed.
    pub(crate) fn stepping(sweeps: impl IntoIterator<Item = Sweep>) -> Self {
        Self::new(sweeps.into_iter().map(Ok))
    }

    pub(crate) fn new(answers: impl IntoIterator<Item = Result<Sweep>>) -> Self {
        Self {
            clock: ManualClock::at(EpochMillis::from_epoch_millis(1_000_000)),
            takes: Duration::ZERO,
            answers: Mutex::new(answers.into_iter().collect()),
            asked: Mutex::default(),
        }
    }

    /// Sets the duration of every sweep.
    pub(crate) fn taking(self, takes: Duration) -> Self {
        Self { takes, ..self }
    }

    /// Collects this store, and advances its clock to the end of each wait.
    pub(crate) fn run<T>(self, collect: impl AsyncFnOnce(Collector) -> T) -> (T, Vec<Asked>) {
        let timer = Arc::new(self.clock.clone());
        self.run_by(timer, collect)
    }

    /// Does the same with another timer.
    pub(crate) fn run_by<T>(
        self,
        timer: Arc<dyn Timer>,
        collect: impl AsyncFnOnce(Collector) -> T,
    ) -> (T, Vec<Asked>) {
        let clock = self.clock.clone();
        let store = Arc::new(self);
        let collector = Collector::new(Arc::clone(&store), timer);
        let result = drive(&clock, collect(collector));
        let asked =
            std::mem::take(&mut *store.asked.lock().unwrap_or_else(PoisonError::into_inner));
        (result, asked)
    }
}

fn drive<T>(clock: &ManualClock, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    for _ in 0..MOST_WAITS {
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => return result,
            Poll::Pending => clock.advance(clock.next_wake().expect("a collector waits for time")),
        }
    }
    panic!("the collector waits forever");
}

/// A step that scanned this many records, and continues at `next`.
pub(crate) fn step(scanned: u64, next: Option<&str>) -> Sweep {
    Sweep { scanned, next: next.map(Cursor::new), ..Sweep::default() }
}

pub(crate) fn failure(kind: ErrorKind) -> Result<Sweep> {
    Err(Error::new(Operation::Collect, kind))
}

#[async_trait]
impl CollectingStore for Scripted {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        let asked = Asked {
            max_records: budget.max_records.get(),
            grace: budget.grace,
            from: from.map(|cursor| cursor.expose().to_owned()),
            at: self.clock.elapsed(),
        };
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        self.clock.advance(self.takes);
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.pop_front().expect("no more sweeps than the test expects")
    }
}

fn refused<T>(operation: Operation) -> Result<T> {
    Err(Error::new(operation, ErrorKind::Unsupported))
}

/// Rejects operations that the store does not declare.
#[async_trait]
impl SessionStore for Scripted {
    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE.with_collecting()
    }

    async fn load(&self, _: &Key, _: Freshness) -> Result<Option<Snapshot>> {
        refused(Operation::Load)
    }

    async fn create(&self, _: &Key, _: &Record, _: &Tag) -> Result<()> {
        refused(Operation::Create)
    }

    async fn update(&self, _: &Key, _: &Change, _: &Expect, _: &Tag) -> Result<()> {
        refused(Operation::Update)
    }

    async fn touch(&self, _: &Key, _: &Touch, _: &Expect) -> Result<()> {
        refused(Operation::Touch)
    }

    async fn rotate(&self, _: &Key, _: &Key, _: &Rotation, _: &Expect, _: &Tag) -> Result<()> {
        refused(Operation::Rotate)
    }

    async fn delete(&self, _: &Key, _: &Expect) -> Result<Deletion> {
        refused(Operation::Delete)
    }
}
