//! Collecting again and again.

use super::{CollectError, Collector, Report};
use crate::error::Operation;
use crate::random::draw;
use crate::store::Cursor;
use std::convert::Infallible;
use std::time::Duration;

impl Collector {
    /// Collects once in `period` on average, until the future is dropped.
    ///
    /// Each walk begins after a random delay between half the period and one and a half, the first
    /// one too. So processes that start together do not collect together. A walk that is still under way
    /// delays the next one.
    ///
    /// `heard` is called with the report of each walk, or with the error that stopped it. After an
    /// error the next walk goes on where it stopped, unless it stopped in its first step: then it
    /// begins at the beginning.
    ///
    /// Run it only for a store whose server does not remove expired records by itself. A table of
    /// DynamoDB with time to live needs no collector.
    ///
    /// # Cancellation
    ///
    /// Everything that was deleted was expired.
    ///
    /// # Errors
    ///
    /// [`CollectError`] at once if the timer does not work here, such as outside of a runtime. No
    /// failure of the store ends it.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use session_core::store::CollectingStore;
    /// # use session_core::time::Timer;
    /// # use std::sync::Arc;
    /// use session_core::Collector;
    /// use session_core::collector::{CollectError, Report};
    /// use std::time::Duration;
    ///
    /// # fn example(store: Arc<dyn CollectingStore>, timer: Arc<dyn Timer>) {
    /// let collector = Collector::new(store, timer);
    /// let task = async move {
    ///     let heard = |walk: Result<&Report, &CollectError>| match walk {
    ///         Ok(report) => println!("{} deleted", report.deleted),
    ///         Err(stopped) => eprintln!("{stopped}: {}", stopped.error),
    ///     };
    ///     collector.every(Duration::from_secs(60), heard).await
    /// };
    /// // tokio::spawn(task);
    /// # drop(task);
    /// # }
    /// ```
    pub async fn every(
        &self,
        period: Duration,
        mut heard: impl FnMut(Result<&Report, &CollectError>) + Send,
    ) -> Result<Infallible, CollectError> {
        if let Err(error) = self.timer.check() {
            return Err(CollectError::new(Report::default(), error.during(Operation::Collect)));
        }
        let mut from = None;
        let mut next = self.timer.elapsed();
        loop {
            next = self.timer.elapsed().max(next + self.jittered(period));
            self.pause(next.saturating_sub(self.timer.elapsed())).await;
            let walked = self.run(from, |_| ()).await;
            heard(walked.as_ref());
            from = walked.err().and_then(resumed);
        }
    }

    /// Evenly between half of the period and one and a half.
    fn jittered(&self, period: Duration) -> Duration {
        let drawn = u32::from_le_bytes(draw(&*self.randomness));
        period.mul_f64(0.5 + f64::from(drawn) / f64::from(u32::MAX))
    }
}

/// Where the walk after a failed one begins.
fn resumed(stopped: CollectError) -> Option<Cursor> {
    stopped.report.next.filter(|_| stopped.report.steps > 0)
}
