//! Collecting: one bounded step after another, at a steady pace.

mod every;
mod report;

pub use report::{CollectError, Report};

use crate::Error;
use crate::error::{Operation, Retry};
use crate::random::{OsRandom, Randomness};
use crate::store::{CollectingStore, Cursor, Sweep, SweepBudget};
use crate::time::Timer;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

/// Deletes a store's expired records in bounded memory, at a bounded rate
/// ([G3](crate::contract#g3)).
///
/// A collection is a loop over [`sweep`](CollectingStore::sweep), which never deletes a live
/// session ([G1](crate::contract#g1)). It can be dropped at any time, and resumed from the last report's
/// [`next`](Report::next).
///
/// ```
/// # use session_core::collector::{RateLimit, CollectError};
/// # use session_core::store::CollectingStore;
/// # use session_core::time::Timer;
/// # use session_core::Collector;
/// # use std::sync::Arc;
/// # async fn example(store: Arc<dyn CollectingStore>, timer: Arc<dyn Timer>) -> Result<(), CollectError> {
/// let collector = Collector::new(store, timer).rate_limit(RateLimit::RecordsPerSecond(1_000.try_into().expect("not zero")));
/// let report = collector.run(None, |report| println!("{} deleted so far", report.deleted)).await?;
/// assert_eq!(report.expired, report.deleted + report.spared + report.failed);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Collector {
    store: Arc<dyn CollectingStore>,
    timer: Arc<dyn Timer>,
    budget: SweepBudget,
    rate_limit: RateLimit,
    randomness: Arc<dyn Randomness>,
}

/// How fast a collection goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RateLimit {
    /// As fast as the store answers.
    #[default]
    Unlimited,
    /// So many records examined per second, on average.
    RecordsPerSecond(NonZeroU32),
    /// So many of the store's capacity units per second, on average.
    UnitsPerSecond(NonZeroU32),
}

impl RateLimit {
    /// The least time that a step of this size may take.
    ///
    /// ```
    /// use session_core::collector::RateLimit;
    /// use session_core::store::Sweep;
    /// use std::time::Duration;
    ///
    /// let limit = RateLimit::UnitsPerSecond(50.try_into().expect("fifty is not zero"));
    /// let sweep = Sweep { units: 100.0, ..Sweep::default() };
    /// assert_eq!(limit.time_for(&sweep), Duration::from_secs(2));
    /// ```
    pub fn time_for(self, sweep: &Sweep) -> Duration {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a step examines far fewer than 2^52 records"
        )]
        let seconds = match self {
            Self::Unlimited => 0.0,
            Self::RecordsPerSecond(rate) => sweep.scanned as f64 / f64::from(rate.get()),
            Self::UnitsPerSecond(rate) => sweep.units / f64::from(rate.get()),
        };
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO)
    }
}

impl Collector {
    const STEP: NonZeroUsize = NonZeroUsize::new(1_000).expect("a thousand is not zero");
    /// How often a step is repeated that the store could not do.
    const ATTEMPTS: u32 = 8;
    const GRACE: Duration = Duration::from_secs(60 * 60);
    const FIRST_BACK_OFF: Duration = Duration::from_millis(100);

    /// A collector of records that expired an hour ago or earlier.
    ///
    /// It examines a thousand records in each step, as fast as the store answers.
    pub fn new(store: impl CollectingStore, timer: impl Timer) -> Self {
        let budget = SweepBudget::new(Self::STEP).with_grace(Self::GRACE);
        let (store, timer) = (Arc::new(store), Arc::new(timer));
        let (rate_limit, randomness) = (RateLimit::default(), Arc::new(OsRandom));
        Self { store, timer, budget, rate_limit, randomness }
    }

    /// Examines so many records a step, at most.
    #[must_use]
    pub fn step(mut self, max_records: NonZeroUsize) -> Self {
        self.budget.max_records = max_records;
        self
    }

    /// Deletes only what has been expired for this long: an hour unless set ([G1](crate::contract#g1)).
    ///
    /// It protects live sessions from a clock that is ahead. Zero is safe where one clock decides all:
    /// for a store in memory, or for a file that is used on one host.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.budget.grace = grace;
        self
    }

    /// Goes no faster than this.
    #[must_use]
    pub fn rate_limit(mut self, rate_limit: RateLimit) -> Self {
        self.rate_limit = rate_limit;
        self
    }

    /// Where the jitter of [`every`](Self::every) comes from: the operating system unless set.
    #[must_use]
    pub fn randomness(mut self, randomness: impl Randomness) -> Self {
        self.randomness = Arc::new(randomness);
        self
    }

    /// Walks over the whole store, or what is left of it after `from`.
    ///
    /// `progress` hears the report so far after every step.
    ///
    /// # Cancellation
    ///
    /// Everything that was deleted was expired. The last report says where to continue.
    ///
    /// # Errors
    ///
    /// [`CollectError`], with the report so far, when a step fails for good or has failed eight times
    /// in a row with a growing back-off. If the timer does not work here, nothing is asked of the
    /// store.
    pub async fn run(
        &self,
        from: Option<Cursor>,
        mut progress: impl FnMut(&Report) + Send,
    ) -> Result<Report, CollectError> {
        let begin = self.timer.elapsed();
        let mut report = Report { next: from, ..Report::default() };
        if let Err(error) = self.timer.check() {
            return Err(CollectError::new(report, error.during(Operation::Collect)));
        }
        loop {
            let step = self.timer.elapsed();
            let sweep = match self.sweep(report.next.as_ref()).await {
                Ok(sweep) => sweep,
                Err(error) => return Err(CollectError::new(report, error)),
            };
            let least = self.rate_limit.time_for(&sweep);
            report.add(sweep, self.since(begin));
            progress(&report);
            if report.next.is_none() {
                return Ok(report);
            }
            self.pause(least.saturating_sub(self.since(step))).await;
        }
    }

    async fn sweep(&self, from: Option<&Cursor>) -> Result<Sweep, Error> {
        let mut back_off = Self::FIRST_BACK_OFF;
        for _ in 1..Self::ATTEMPTS {
            match self.store.sweep(&self.budget, from).await {
                Err(error) if error.retry() == Retry::Later => self.pause(back_off).await,
                swept => return swept,
            }
            back_off *= 2;
        }
        self.store.sweep(&self.budget, from).await
    }

    fn since(&self, earlier: Duration) -> Duration {
        self.timer.elapsed().saturating_sub(earlier)
    }

    async fn pause(&self, duration: Duration) {
        if !duration.is_zero() {
            self.timer.sleep(duration).await;
        }
    }
}
