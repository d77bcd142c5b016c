use std::time::Duration;

/// Limits the attempts of a waiter that is woken too often.
///
/// A store may wake too early, any number of times. The limiter is a token bucket with a burst of
/// eight, refilled once per shortest delay. So a waiter asks at once after a release, and useless
/// wake-ups cause one attempt per shortest delay (L10).
#[derive(Debug)]
pub(crate) struct WakeUpLimiter {
    minimum: Duration,
    /// The time on the timer at which the bucket is full again.
    paid: Duration,
}

impl WakeUpLimiter {
    /// The burst: how many attempts may come at once.
    const AHEAD: u32 = 8;

    pub(crate) const fn new(minimum: Duration) -> Self {
        Self { minimum, paid: Duration::ZERO }
    }

    /// Counts an attempt that is made at `now`, after a wake-up or without one.
    pub(crate) fn count(&mut self, now: Duration) {
        self.paid = self.paid.max(now) + self.minimum;
    }

    /// How long a waiter that is woken at `now` still has to wait.
    pub(crate) fn left(&self, now: Duration) -> Duration {
        self.paid.saturating_sub(now + self.minimum * Self::AHEAD)
    }
}

#[cfg(test)]
mod tests {
    use super::WakeUpLimiter;
    use std::time::Duration;

    const MINIMUM: Duration = Duration::from_millis(10);
    const START: Duration = Duration::from_secs(7);

    /// How often a waiter that is always woken asks in `delays` shortest delays.
    ///
    /// The delays begin at `now`.
    fn attempts(wake_ups: &mut WakeUpLimiter, mut now: Duration, delays: u32) -> usize {
        let end = now + MINIMUM * delays;
        for attempts in 0.. {
            now += wake_ups.left(now);
            if now > end {
                return attempts;
            }
            wake_ups.count(now);
        }
        unreachable!("the attempts are bounded")
    }

    #[test]
    fn who_is_woken_all_the_time_asks_eight_times_more_than_by_the_shortest_delay() {
        let mut wake_ups = WakeUpLimiter::new(MINIMUM);
        assert_eq!(attempts(&mut wake_ups, START, 0), 9);
        assert_eq!(attempts(&mut wake_ups, START, 100), 100);
    }

    #[test]
    fn no_more_than_eight_attempts_are_saved_up() {
        let mut wake_ups = WakeUpLimiter::new(MINIMUM);
        wake_ups.count(START);
        assert_eq!(attempts(&mut wake_ups, START * 2, 0), 9);
    }

    #[test]
    fn who_asks_by_the_shortest_delay_is_let_in_at_once_when_woken() {
        let mut wake_ups = WakeUpLimiter::new(MINIMUM);
        for number in 0..100 {
            let now = START + MINIMUM * number;
            wake_ups.count(now);
            assert_eq!(wake_ups.left(now), Duration::ZERO);
        }
    }
}
