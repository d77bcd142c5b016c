use super::{Entry, Report, Selection, case_thread};
use crate::{Case, Harness};
use session_core::Timer;
use session_locking::TokioTimer;
use std::fmt::{self, Debug, Formatter};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

/// Runs cases on the stores of a harness.
///
/// Each case has a thread and a runtime of its own. One that panics, or that is out of time, has
/// failed, and the others go on.
///
/// ```
/// use session_conformance::runner::{Runner, Selection};
/// use session_conformance::{Law, Model};
/// use session_core::ManualClock;
///
/// let report = Runner::new(|clock: ManualClock| Model::new(clock).into_fixture())
///     .select(Selection::all().with_law(Law::R7))
///     .serial()
///     .run();
/// assert!(report.passed(), "{}", report.to_table());
/// ```
pub struct Runner {
    harness: Arc<dyn Harness>,
    name: String,
    selection: Selection,
    threads: NonZeroUsize,
    time_limit: Duration,
}

impl Runner {
    /// How long a case may take, unless it is said otherwise.
    pub const TIME_LIMIT: Duration = Duration::from_mins(1);

    /// Runs every case, as many at once as the machine has processors.
    pub fn new(harness: impl Harness + 'static) -> Self {
        let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self {
            harness: Arc::new(harness),
            name: "session-conformance".to_owned(),
            selection: Selection::all(),
            threads,
            time_limit: Self::TIME_LIMIT,
        }
    }

    /// What the report calls the store.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Runs these cases alone.
    #[must_use]
    pub fn select(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }

    /// Runs so many cases at once.
    #[must_use]
    pub fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = threads;
        self
    }

    /// Runs one case after the other.
    #[must_use]
    pub fn serial(self) -> Self {
        self.threads(NonZeroUsize::MIN)
    }

    /// Lets a case take so long and no longer, by the machine's clock.
    ///
    /// The thread of a case that is out of time cannot be stopped: it is left to itself until the
    /// process ends, and the teardown of its fixture may never come.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Runs the cases to the last, and reports.
    ///
    /// It blocks, so an asynchronous program calls it from a thread for that.
    ///
    /// # Panics
    ///
    /// Never for what a store or a harness does.
    pub fn run(&self) -> Report {
        let timer = TokioTimer::new();
        let cases = self.selection.cases();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut entries = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(case) = cases.get(index) else { return entries };
                entries.push((index, self.run_case(case, &timer)));
            }
        };
        let mut entries: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = (0..self.threads.get()).map(|_| scope.spawn(work)).collect();
            let ended = workers.into_iter().map(ScopedJoinHandle::join);
            ended.flat_map(|entries| entries.expect("no case panics in a worker")).collect()
        });
        entries.sort_by_key(|(index, _)| *index);
        let entries = entries.into_iter().map(|(_, entry)| entry).collect();
        Report::new(self.name.clone(), entries, timer.elapsed())
    }

    fn run_case(&self, case: &'static Case, timer: &TokioTimer) -> Entry {
        let begin = timer.elapsed();
        let outcome = case_thread::run(case, Arc::clone(&self.harness), self.time_limit);
        Entry::new(case, outcome, timer.elapsed().saturating_sub(begin))
    }
}

impl Debug for Runner {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Runner")
            .field("name", &self.name)
            .field("selection", &self.selection)
            .field("threads", &self.threads)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}
