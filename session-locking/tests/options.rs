//! Tests of the ranges of a lock's options.

use session_core::ErrorKind;
use session_locking::LockOptions;
use std::time::Duration;

const NANOSECOND: Duration = Duration::from_nanos(1);
const MILLISECOND: Duration = Duration::from_millis(1);
const MINUTE: Duration = Duration::from_mins(1);

fn assert_rejected(options: LockOptions, says: &[&str]) {
    let error = options.check().expect_err("it is out of range");
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = error.to_string();
    assert!(says.iter().all(|part| text.contains(part)), "{text} does not say {says:?}");
}

/// Options with which each single option can take every value of its range.
fn wide() -> LockOptions {
    LockOptions {
        max_lock_wait_time: Duration::from_secs(10),
        min_lock_retry: NANOSECOND,
        max_lock_retry: MINUTE,
        lock_lease: Duration::from_mins(30),
        max_lock_hold: Duration::from_hours(24),
        request_timeout: MILLISECOND,
        release_timeout: Duration::ZERO,
    }
}

#[test]
fn the_defaults_are_those_of_php_and_ours_besides() {
    let options = LockOptions::default();
    assert_eq!(options.max_lock_wait_time, Duration::from_secs(10));
    assert_eq!(options.min_lock_retry, Duration::from_millis(10));
    assert_eq!(options.max_lock_retry, Duration::from_millis(50));
    assert_eq!(options.lock_lease, Duration::from_secs(30));
    assert_eq!(options.max_lock_hold, Duration::from_mins(5));
    assert_eq!(options.request_timeout, Duration::from_secs(1));
    assert_eq!(options.release_timeout, Duration::from_millis(250));
    options.check().unwrap();
}

#[test]
fn every_option_has_a_range() {
    type Set = fn(&mut LockOptions, Duration);
    let day = Duration::from_hours(24);
    let rows: [(&str, Set, Duration, Duration); 7] = [
        ("max_lock_wait_time", |o, value| o.max_lock_wait_time = value, NANOSECOND, day),
        ("min_lock_retry", |o, value| o.min_lock_retry = value, NANOSECOND, MINUTE),
        ("max_lock_retry", |o, value| o.max_lock_retry = value, NANOSECOND, MINUTE),
        ("lock_lease", |o, value| o.lock_lease = value, MILLISECOND, day),
        ("max_lock_hold", |o, value| o.max_lock_hold = value, MILLISECOND, day),
        ("request_timeout", |o, value| o.request_timeout = value, MILLISECOND, MINUTE),
        ("release_timeout", |o, value| o.release_timeout = value, Duration::ZERO, MINUTE),
    ];
    for (name, set, least, most) in rows {
        let with = |value| {
            let mut options = wide();
            set(&mut options, value);
            options
        };
        let starts = format!("{name} is");
        with(most).check().unwrap();
        assert_rejected(with(most + NANOSECOND), &[&starts, &format!("at most {most:?}")]);
        assert_rejected(with(Duration::MAX), &[&starts]);
        if let Some(less) = least.checked_sub(NANOSECOND) {
            assert_rejected(with(less), &[&starts]);
        }
    }
}

#[test]
fn a_minimum_above_the_maximum_is_rejected() {
    let options = LockOptions { min_lock_retry: MILLISECOND * 51, ..LockOptions::default() };
    assert_rejected(options, &["min_lock_retry is 51ms", "at most max_lock_retry, 50ms"]);
    LockOptions { min_lock_retry: MILLISECOND * 50, ..options }.check().unwrap();
}

#[test]
fn a_lease_no_longer_than_the_delay_is_rejected() {
    let options = LockOptions {
        lock_lease: MILLISECOND * 50,
        request_timeout: MILLISECOND,
        ..LockOptions::default()
    };
    assert_rejected(options, &["lock_lease is 50ms", "more than max_lock_retry, 50ms"]);
    LockOptions { lock_lease: MILLISECOND * 51, ..options }.check().unwrap();
}

#[test]
fn a_hold_shorter_than_the_lease_is_rejected() {
    let options = LockOptions { max_lock_hold: MILLISECOND * 29_999, ..LockOptions::default() };
    assert_rejected(options, &["max_lock_hold is 29.999s", "at least lock_lease, 30s"]);
    LockOptions { max_lock_hold: MILLISECOND * 30_000, ..options }.check().unwrap();
}

#[test]
fn a_request_that_may_take_longer_than_a_third_of_the_lease_is_rejected() {
    let options = LockOptions { lock_lease: MILLISECOND * 2_999, ..LockOptions::default() };
    assert_rejected(options, &["request_timeout is 1s", "a third of lock_lease, 2.999s"]);
    LockOptions { lock_lease: MILLISECOND * 3_000, ..options }.check().unwrap();
}
