use crate::LockOptions;
use session_core::random::Randomness;
use std::sync::Arc;
use std::time::Duration;

/// The delays between the attempts of one waiter.
///
/// They grow, with jitter, from the minimum towards the maximum.
///
/// Each delay is random between the minimum and a ceiling that doubles, so that waiters
/// spread out and those that wait long ask seldom.
#[derive(Debug)]
pub(crate) struct BackOff {
    minimum: Duration,
    maximum: Duration,
    ceiling: Duration,
    randomness: Arc<dyn Randomness>,
}

impl BackOff {
    pub(crate) fn new(options: &LockOptions, randomness: Arc<dyn Randomness>) -> Self {
        let (minimum, maximum) = (options.min_lock_retry, options.max_lock_retry);
        Self { minimum, maximum, ceiling: minimum, randomness }
    }

    /// The longest delay of a waiter with a watch, unless the minimum is longer (L13).
    const WATCHING: Duration = Duration::from_secs(1);

    /// The next delay; not longer than the holder's lease still runs, if that is known.
    ///
    /// A waiter that watches the lock hears of a release, so it asks less often: once a second, at
    /// least.
    pub(crate) fn next(&mut self, remaining: Option<Duration>, is_watching: bool) -> Duration {
        let watching = Self::WATCHING.max(self.minimum);
        let maximum = if is_watching { watching } else { self.maximum };
        self.ceiling = (self.ceiling * 2).min(maximum);
        let spread = self.ceiling.saturating_sub(self.minimum);
        let delay = self.minimum + spread.mul_f64(self.draw());
        delay.min(remaining.unwrap_or(delay)).max(self.minimum)
    }

    /// Evenly between 0 and 1.
    fn draw(&self) -> f64 {
        let mut bytes = [0; 4];
        self.randomness.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
    }
}
