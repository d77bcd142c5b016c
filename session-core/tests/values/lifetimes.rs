//! Tests of idle and absolute timeouts, and of the time at which a touch is due.

use session_core::time::{EpochMillis, IdleTimeout, Timestamp};
use session_core::{ErrorKind, Lifetime, Result};
use std::time::Duration;

const NOW: EpochMillis = EpochMillis::from_epoch_millis(1_000_999);

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_epoch_seconds(seconds)
}

fn assert_config<T: std::fmt::Debug>(result: Result<T>, says: &str) {
    let error = result.expect_err("it is rejected");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn a_lifetime_of_nothing_or_of_fractions_is_rejected() {
    for timeout in [Duration::ZERO, Duration::from_millis(999), Duration::from_millis(1_500)] {
        assert_config(Lifetime::idle(timeout), "idle timeout");
        assert_config(Lifetime::default().with_absolute(timeout), "absolute timeout");
    }
}

#[test]
fn a_lifetime_beyond_the_range_of_times_is_rejected() {
    for seconds in [10_000_000_000, u64::MAX] {
        let timeout = Duration::from_secs(seconds);
        assert_config(Lifetime::idle(timeout), "idle timeout must be at most 9999999999 seconds");
        assert_config(
            Lifetime::default().with_absolute(timeout),
            "absolute timeout must be at most",
        );
    }
    let longest = Lifetime::idle(Duration::from_secs(9_999_999_999)).unwrap();
    assert_eq!(longest.expiry(NOW, None), Timestamp::MAX);
}

#[test]
fn a_second_is_long_enough() {
    let second = Duration::from_secs(1);
    let lifetime = Lifetime::idle(second).unwrap().with_absolute(second).unwrap();
    assert_eq!(lifetime.expiry(NOW, None), at(1_001));
    assert_eq!(lifetime.deadline(NOW), Some(at(1_001)));
}

#[test]
fn a_lifetime_is_absolute_once_it_is_reported_how_long() {
    let lifetime = Lifetime::default();
    assert!(!lifetime.is_absolute());
    assert!(lifetime.with_absolute(Duration::from_secs(3600)).unwrap().is_absolute());
}

#[test]
fn timeouts_that_contradict_each_other_are_rejected() {
    let lifetime = Lifetime::idle(Duration::from_secs(60)).unwrap();
    assert_config(lifetime.with_absolute(Duration::from_secs(59)), "at least as long as the idle");
    assert!(lifetime.with_absolute(Duration::from_secs(60)).is_ok());
    assert_config(lifetime.with_touch_threshold(Duration::from_secs(60)), "touch threshold");
    assert!(lifetime.with_touch_threshold(Duration::from_secs(59)).is_ok());
}

#[test]
fn expiry_and_deadline_count_from_the_present_second() {
    let lifetime = Lifetime::idle(Duration::from_secs(10)).unwrap();
    assert_eq!(lifetime.expiry(NOW, None), at(1_010));
    assert_eq!(lifetime.deadline(NOW), None);
    let lifetime = lifetime.with_absolute(Duration::from_secs(25)).unwrap();
    assert_eq!(lifetime.deadline(NOW), Some(at(1_025)));
}

#[test]
fn no_expiry_passes_the_deadline() {
    let lifetime = Lifetime::idle(Duration::from_secs(10)).unwrap();
    assert_eq!(lifetime.expiry(NOW, Some(at(1_009))), at(1_009));
    assert_eq!(lifetime.expiry(NOW, Some(at(1_010))), at(1_010));
    assert_eq!(lifetime.expiry(NOW, Some(at(1_011))), at(1_010));
}

#[test]
fn a_touch_is_due_from_the_threshold_on() {
    let lifetime = Lifetime::idle(Duration::from_secs(100)).unwrap();
    assert!(!lifetime.is_touch_due(at(1_000), at(1_009)));
    assert!(lifetime.is_touch_due(at(1_000), at(1_010)));
    assert!(!lifetime.is_touch_due(at(1_000), at(900)));
}

#[test]
fn without_a_threshold_a_touch_is_due_when_it_moves_something() {
    let lifetime = Lifetime::default().with_touch_threshold(Duration::ZERO).unwrap();
    assert!(lifetime.is_touch_due(at(1_000), at(1_001)));
    assert!(!lifetime.is_touch_due(at(1_000), at(1_000)));
}

#[test]
fn an_idle_timeout_has_a_range() {
    let [first, last] = [1, 9_999_999_999].map(IdleTimeout::try_from_seconds);
    assert_eq!(first.map(IdleTimeout::as_seconds), Some(1));
    assert_eq!(last, Some(IdleTimeout::MAX));
    assert_eq!(IdleTimeout::MAX.as_duration(), Duration::from_secs(9_999_999_999));
    for seconds in [10_000_000_000, u64::MAX] {
        assert_eq!(IdleTimeout::try_from_seconds(seconds), None);
        assert_eq!(IdleTimeout::saturating_from_seconds(seconds), Some(IdleTimeout::MAX));
    }
    assert_eq!(IdleTimeout::try_from_seconds(0), None);
    assert_eq!(IdleTimeout::saturating_from_seconds(0), None);
    assert_eq!(IdleTimeout::saturating_from_seconds(9_999_999_999), last);
    assert_eq!(size_of::<Option<IdleTimeout>>(), size_of::<u64>());
}

#[test]
fn an_idle_timeout_of_its_own_moves_the_expiry_and_the_threshold_in_proportion() {
    let lifetime = Lifetime::idle(Duration::from_secs(1_000)).unwrap();
    let lifetime = lifetime.with_touch_threshold(Duration::from_secs(7)).unwrap();
    assert_eq!(lifetime.with_own_idle(None), lifetime);
    for (own, due_after) in [(1_000, 7), (10_000, 70), (500, 4), (100, 1), (1, 1)] {
        let own_lifetime = lifetime.with_own_idle(Some(IdleTimeout::from_seconds(own)));
        assert_eq!(own_lifetime.expiry(NOW, None), at(1_000 + own));
        assert!(own_lifetime.is_touch_due(at(9_000), at(9_000 + due_after)), "{own}");
        assert!(!own_lifetime.is_touch_due(at(9_000), at(9_000 + due_after - 1)), "{own}");
    }
}

/// No product overflows, and the touch of a session in use is never due too late.
#[test]
fn the_threshold_is_shorter_than_an_own_idle_timeout_too() {
    let longest = Duration::from_secs(9_999_999_999);
    let short = Lifetime::idle(Duration::from_secs(1)).unwrap();
    let short = short.with_touch_threshold(Duration::from_nanos(999_999_999)).unwrap();
    let own = short.with_own_idle(Some(IdleTimeout::MAX));
    assert_eq!(own.expiry(NOW, None), Timestamp::MAX);
    assert!(own.is_touch_due(at(0), Timestamp::MAX));
    let long = Lifetime::idle(longest).unwrap();
    let long = long.with_touch_threshold(longest.saturating_sub(Duration::from_nanos(1))).unwrap();
    for seconds in [1, 2, 60] {
        let own = long.with_own_idle(Some(IdleTimeout::from_seconds(seconds)));
        assert!(own.is_touch_due(at(1_000), at(1_000 + seconds)), "{seconds}");
    }
}
