//! Idle and absolute timeouts, and when a touch is due.

use session_core::time::{EpochMillis, Timestamp};
use session_core::{ErrorKind, Lifetime, Result};
use std::time::Duration;

const NOW: EpochMillis = EpochMillis::from_epoch_millis(1_000_999);

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_epoch_seconds(seconds)
}

fn assert_config<T: std::fmt::Debug>(result: Result<T>, says: &str) {
    let error = result.expect_err("it is refused");
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
        assert_config(Lifetime::idle(timeout), "idle timeout is longer than 9999999999 seconds");
        assert_config(Lifetime::default().with_absolute(timeout), "absolute timeout is longer");
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
    assert_config(lifetime.with_absolute(Duration::from_secs(59)), "shorter than the idle");
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
