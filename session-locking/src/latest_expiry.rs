use parking_lot::Mutex;
use session_core::store::Record;
use session_core::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// The latest expiry that a lock's holder may have written, by locking or renewing.
///
/// A touch that releases names it, so that its repetition is recognized ([R11](session_core::contract#r11)).
#[derive(Clone, Debug)]
pub(crate) struct LatestExpiry(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// The expiry that the store reported last.
    reported: Timestamp,
    /// The time on the timer at which the call began that reported it.
    begin: Duration,
    /// Whether a renewal that began later may have been carried out.
    in_doubt: bool,
    deadline: Option<Timestamp>,
}

impl LatestExpiry {
    /// The expiry of a record that was locked by a call that began at `begin`.
    pub(crate) fn new(locked: &Record, begin: Duration) -> Self {
        let Record { expires, deadline, .. } = *locked;
        let state = State { reported: expires, begin, in_doubt: false, deadline };
        Self(Arc::new(Mutex::new(state)))
    }

    /// A renewal begins. It may be applied even without a reply.
    pub(crate) fn begin_renewal(&self) {
        self.0.lock().in_doubt = true;
    }

    /// A renewal that began at `begin` has left this expiry.
    pub(crate) fn report(&self, expires: Timestamp, begin: Duration) {
        let mut state = self.0.lock();
        let State { deadline, .. } = *state;
        *state = State { reported: expires, begin, in_doubt: false, deadline };
    }

    /// The latest expiry at `now` on the timer.
    ///
    /// A renewal moves the expiry no further than time has passed since the call before it.
    pub(crate) fn at(&self, now: Duration) -> Timestamp {
        let State { reported, begin, in_doubt, deadline } = *self.0.lock();
        if !in_doubt {
            return reported;
        }
        let passed = now.saturating_sub(begin);
        let whole_seconds = passed + Duration::from_nanos(999_999_999);
        let latest = reported.saturating_add(Duration::from_secs(whole_seconds.as_secs()));
        deadline.map_or(latest, |deadline| latest.min(deadline.max(reported)))
    }
}

#[cfg(test)]
mod tests {
    use super::LatestExpiry;
    use session_core::store::{Payload, Record};
    use session_core::time::Timestamp;
    use std::time::Duration;

    const BEGIN: Duration = Duration::from_secs(5);

    fn second(second: u64) -> Timestamp {
        Timestamp::from_epoch_seconds(second)
    }

    fn locked(deadline: Option<u64>) -> LatestExpiry {
        let (payload, deadline) = (Payload::text(""), deadline.map(second));
        let record = Record { payload, expires: second(100), deadline, idle: None };
        LatestExpiry::new(&record, BEGIN)
    }

    #[test]
    fn it_is_what_the_store_reported() {
        let latest = locked(None);
        assert_eq!(latest.at(BEGIN * 9), second(100));
        latest.begin_renewal();
        latest.report(second(130), BEGIN * 2);
        assert_eq!(latest.at(BEGIN * 9), second(130));
    }

    #[test]
    fn a_renewal_in_doubt_may_have_moved_it_as_far_as_time_has_passed() {
        let latest = locked(None);
        latest.begin_renewal();
        assert_eq!(latest.at(BEGIN), second(100));
        assert_eq!(latest.at(BEGIN + Duration::from_millis(1)), second(101));
        assert_eq!(latest.at(BEGIN + Duration::from_secs(7)), second(107));
    }

    #[test]
    fn the_deadline_cuts_it() {
        let latest = locked(Some(103));
        latest.begin_renewal();
        assert_eq!(latest.at(BEGIN * 9), second(103));
    }
}
