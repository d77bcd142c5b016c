//! What the options of a lock accept.

use session_core::ErrorKind;
use session_locking::LockOptions;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

fn assert_refused(options: LockOptions, says: &str) {
    let error = options.check().expect_err("it is out of range");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn the_defaults_are_those_of_php_and_ours_besides() {
    let options = LockOptions::default();
    assert_eq!(options.max_lock_wait_time, Duration::from_secs(10));
    assert_eq!(options.min_lock_retry, Duration::from_millis(10));
    assert_eq!(options.max_lock_retry, Duration::from_millis(50));
    assert_eq!(options.lock_lease, Duration::from_secs(30));
    assert_eq!(options.max_lock_hold, Duration::from_mins(5));
    options.check().unwrap();
}

#[test]
fn a_wait_of_nothing_or_of_days_is_refused() {
    let day = Duration::from_hours(24);
    for max_lock_wait_time in [Duration::ZERO, day + Duration::from_nanos(1), Duration::MAX] {
        let options = LockOptions { max_lock_wait_time, ..LockOptions::default() };
        assert_refused(options, "max_lock_wait_time is");
    }
    LockOptions { max_lock_wait_time: day, ..LockOptions::default() }.check().unwrap();
}

#[test]
fn a_minimum_of_nothing_or_above_the_maximum_is_refused() {
    for min_lock_retry in [Duration::ZERO, Duration::from_millis(51)] {
        let options = LockOptions { min_lock_retry, ..LockOptions::default() };
        assert_refused(options, "at most max_lock_retry, 50ms");
    }
    let min_lock_retry = Duration::from_millis(50);
    LockOptions { min_lock_retry, ..LockOptions::default() }.check().unwrap();
}

#[test]
fn a_lease_no_longer_than_the_delay_is_refused() {
    let options = LockOptions { lock_lease: Duration::from_millis(50), ..LockOptions::default() };
    assert_refused(options, "more than max_lock_retry, 50ms");
    let options = LockOptions { lock_lease: Duration::from_millis(51), ..LockOptions::default() };
    options.check().unwrap();
}

#[test]
fn a_hold_shorter_than_the_lease_or_of_days_is_refused() {
    for max_lock_hold in [Duration::from_secs(29), Duration::from_hours(24) + SECOND] {
        let options = LockOptions { max_lock_hold, ..LockOptions::default() };
        assert_refused(options, "at least lock_lease, 30s, and at most a day");
    }
    for max_lock_hold in [Duration::from_secs(30), Duration::from_hours(24)] {
        LockOptions { max_lock_hold, ..LockOptions::default() }.check().unwrap();
    }
}
