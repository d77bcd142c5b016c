use std::time::Duration;

/// How soon a waiter that was woken may ask: at once, unless it asked too often of late.
///
/// A store may wake too early, and as often as it likes. Each attempt is paid for with the shortest
/// delay, of which a waiter can owe so many and no more. So a lock that was released is had at once,
/// and wake-ups that come to nothing bring no more attempts than shortest delays pass (L10).
#[derive(Debug)]
pub(crate) struct WakeUpLimiter {
    minimum: Duration,
    /// The time on the timer at which all attempts are paid for.
    paid: Duration,
}

impl WakeUpLimiter {
    /// How many shortest delays a waiter may owe.
    const AHEAD: u32 = 8;

    pub(crate) const fn new(minimum: Duration) -> Self {
        Self { minimum, paid: Duration::ZERO }
    }

    /// Counts an attempt that is made at `now`, whether or not the waiter was woken for it.
    pub(crate) fn count(&mut self, now: Duration) {
        self.paid = self.paid.max(now) + self.minimum;
    }

    /// How long a waiter that is woken at `now` has to wait all the same.
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

    /// How often who is woken all the time asks from `now` on, in so many shortest delays.
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
