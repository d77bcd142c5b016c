use super::case_thread::{CaseThread, not_started};
use super::inspected::Inspected;
use super::queue::{Numbered, Queue};
use super::{Entry, Report, Selection};
use crate::Harness;
use session_core::time::Timer;
use session_core::time::TokioTimer;
use std::fmt::{self, Debug, Formatter};
use std::io;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread::{self, Builder, ScopedJoinHandle};
use std::time::Duration;

/// How often the last worker asks again for a thread.
///
/// This takes longer than a thread that has ended needs to be gone.
const RETRIES: usize = 1_000;

/// Runs cases on the stores of a harness.
///
/// Each case has a thread and a runtime of its own. One that panics, or that is out of time, has
/// failed, and the others go on.
///
/// ```
/// use session_conformance::runner::{Runner, Selection};
/// use session_conformance::{Law, Model};
/// use session_core::time::ManualClock;
///
/// let report = Runner::new(|clock: ManualClock| Model::new(clock).into_fixture())
///     .select(Selection::all().with_law(Law::R7))
///     .serial()
///     .run();
/// assert!(report.passed(), "{}", report.to_table());
/// ```
pub struct Runner {
    harness: Arc<Inspected>,
    name: String,
    selection: Selection,
    threads: NonZeroUsize,
    time_limit: Duration,
    fail_fast: bool,
    on_end: Box<dyn Fn(&Entry) + Send + Sync>,
}

impl Runner {
    /// How long a case may take, unless it is said otherwise.
    pub const TIME_LIMIT: Duration = Duration::from_mins(1);

    /// Runs every case, as many at once as the machine has processors.
    pub fn new(harness: impl Harness + 'static) -> Self {
        let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self {
            harness: Arc::new(Inspected::new(harness)),
            name: "session-conformance".to_owned(),
            selection: Selection::all(),
            threads,
            time_limit: Self::TIME_LIMIT,
            fail_fast: false,
            on_end: Box::new(|_| {}),
        }
    }

    /// The name of the store in the report.
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
    ///
    /// It runs fewer if there are fewer cases, or if the system has no more threads.
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

    /// Begins no case any more once one has failed.
    ///
    /// Those that run meanwhile are waited for. What did not run is in [`Report::left_out`].
    #[must_use]
    pub fn fail_fast(mut self) -> Self {
        self.fail_fast = true;
        self
    }

    /// Calls `tell` with each case as it ends, in no certain order.
    ///
    /// The thread that waited for the case makes the call.
    #[must_use]
    pub fn on_end(mut self, tell: impl Fn(&Entry) + Send + Sync + 'static) -> Self {
        self.on_end = Box::new(tell);
        self
    }

    /// Runs the cases to the last, and reports.
    ///
    /// It blocks, so an asynchronous program calls it from a thread for that.
    ///
    /// # Panics
    ///
    /// If what [`on_end`](Self::on_end) was given panics; never for what a store or a harness does.
    pub fn run(&self) -> Report {
        let timer = TokioTimer::new();
        let cases = self.selection.cases();
        let helpers = self.threads.get().min(cases.len()).saturating_sub(1);
        let queue = Queue::new(cases);
        let mut entries = self.work_with(helpers, &queue, &timer);
        entries.sort_by_key(|(number, _)| *number);
        let entries = entries.into_iter().map(|(_, entry)| entry).collect();
        Report::new(self.name.clone(), entries, queue.into_left(), timer.elapsed())
            .lacking_a_second_handle(self.harness.lacks_a_second_handle())
    }

    /// Works here, and in so many threads besides, or as many as the system has.
    fn work_with(&self, helpers: usize, queue: &Queue, timer: &TokioTimer) -> Vec<(usize, Entry)> {
        queue.enlist();
        thread::scope(|scope| {
            let mut threads = Vec::new();
            for _ in 0..helpers {
                queue.enlist();
                let thread = Builder::new().spawn_scoped(scope, || self.work(queue, timer));
                let Ok(thread) = thread else {
                    queue.dismiss();
                    break;
                };
                threads.push(thread);
            }
            let mut entries = self.work(queue, timer);
            for ended in threads.into_iter().map(ScopedJoinHandle::join) {
                entries.extend(ended.unwrap_or_else(|panic| resume_unwind(panic)));
            }
            entries
        })
    }

    /// Runs cases while there are any.
    fn work(&self, queue: &Queue, timer: &TokioTimer) -> Vec<(usize, Entry)> {
        let mut entries = Vec::new();
        while let Some((number, case)) = queue.next() {
            let begin = timer.elapsed();
            let Some(thread) = self.start((number, case), queue) else { break };
            let outcome = thread
                .map_or_else(|error| not_started(&error), |thread| thread.outcome(self.time_limit));
            let entry = Entry::new(case, outcome, timer.elapsed().saturating_sub(begin));
            (self.on_end)(&entry);
            if self.fail_fast && entry.has_failed() {
                queue.close();
            }
            entries.push((number, entry));
        }
        entries
    }

    /// Starts a case, or gives it back to the other workers if there is no thread.
    ///
    /// A worker that gives its case back leaves its own thread to the others, too. The last worker
    /// tries again, since a thread that has ended is not gone at once.
    fn start(&self, case: Numbered, queue: &Queue) -> Option<io::Result<CaseThread>> {
        let start = || CaseThread::start(case.1, Arc::clone(&self.harness) as Arc<dyn Harness>);
        let mut thread = start();
        if thread.is_err() && queue.take_back(case) {
            return None;
        }
        for _ in 0..RETRIES {
            if thread.is_ok() {
                break;
            }
            thread::yield_now();
            thread = start();
        }
        Some(thread)
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
            .field("fail_fast", &self.fail_fast)
            .finish_non_exhaustive()
    }
}
