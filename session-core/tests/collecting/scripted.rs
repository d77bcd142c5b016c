//! A store that answers sweeps by a script, and does nothing else.

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

/// More than a collection of a few steps has reason for.
const MOST_WAITS: usize = 100;

/// A sweep that the store was asked for: how many records at most, after which grace, from where,
/// and when.
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
    /// A store of which no step fails.
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

    /// Every sweep takes this long.
    pub(crate) fn taking(self, takes: Duration) -> Self {
        Self { takes, ..self }
    }

    /// Has this store collected, and moves its clock to whenever the collector waits for.
    pub(crate) fn run<T>(self, collect: impl AsyncFnOnce(Collector) -> T) -> (T, Vec<Asked>) {
        let timer = Arc::new(self.clock.clone());
        self.run_by(timer, collect)
    }

    /// The same with another timer.
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

/// A step that scanned so many records, and goes on at `next`.
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

/// What is not declared is rejected.
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
