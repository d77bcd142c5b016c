//! Points in time, and the clock that tests move.

use session_core::time::{Clock, EpochMillis, ManualClock, Timer, Timestamp};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

const START: EpochMillis = EpochMillis::from_epoch_millis(1_000_250);

fn poll(future: std::pin::Pin<&mut impl Future<Output = ()>>) -> Poll<()> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_second_is_over_from_its_first_millisecond_on() {
    let second = Timestamp::from_epoch_seconds(1_001);
    assert!(!second.is_over(EpochMillis::from_epoch_millis(1_000_999)));
    assert!(second.is_over(EpochMillis::from_epoch_millis(1_001_000)));
}

#[test]
fn a_millisecond_lies_in_its_whole_second() {
    assert_eq!(START.as_epoch_millis(), 1_000_250);
    assert_eq!(START.timestamp().as_epoch_seconds(), 1_000);
}

#[test]
fn a_millisecond_is_over_when_it_is_reached() {
    assert!(!START.is_over(START.saturating_sub(Duration::from_millis(1))));
    assert!(START.is_over(START));
}

#[test]
fn arithmetic_stops_at_the_ends_of_time() {
    let last = EpochMillis::MAX;
    assert_eq!(last.saturating_add(Duration::MAX), last);
    assert_eq!(START.saturating_sub(Duration::MAX).as_epoch_millis(), 0);
    assert_eq!(START.saturating_since(last), Duration::ZERO);
    assert_eq!(last.saturating_add(Duration::from_millis(1)), last);
    assert_eq!(last.timestamp(), Timestamp::MAX);
    let last = Timestamp::MAX;
    assert_eq!(last.saturating_add(Duration::MAX), last);
    assert_eq!(last.saturating_add(Duration::from_secs(1)), last);
    assert_eq!(START.timestamp().saturating_since(last), Duration::ZERO);
}

#[test]
fn a_time_after_the_last_one_is_reported_or_is_the_last_one() {
    let (seconds, millis) = (9_999_999_999, 9_999_999_999_999);
    assert_eq!(Timestamp::from_epoch_seconds(seconds), Timestamp::MAX);
    assert_eq!(EpochMillis::from_epoch_millis(millis), EpochMillis::MAX);
    for more in [1, u64::MAX - millis] {
        assert_eq!(Timestamp::try_from_epoch_seconds(seconds + more), None);
        assert_eq!(EpochMillis::try_from_epoch_millis(millis + more), None);
        assert_eq!(Timestamp::saturating_from_epoch_seconds(seconds + more), Timestamp::MAX);
        assert_eq!(EpochMillis::saturating_from_epoch_millis(millis + more), EpochMillis::MAX);
    }
}

#[test]
#[should_panic(expected = "after `Timestamp::MAX`")]
fn a_literal_second_after_the_last_one_panics() {
    let _ = Timestamp::from_epoch_seconds(10_000_000_000);
}

#[test]
#[should_panic(expected = "after `EpochMillis::MAX`")]
fn a_literal_millisecond_after_the_last_one_panics() {
    let _ = EpochMillis::from_epoch_millis(10_000_000_000_000);
}

#[test]
fn a_clock_stops_at_the_last_time() {
    let clock = ManualClock::at(START);
    clock.advance(Duration::MAX);
    clock.advance(Duration::MAX);
    assert_eq!(clock.now(), EpochMillis::MAX);
}

#[test]
fn fractions_of_a_millisecond_add_up() {
    let clock = ManualClock::at(START);
    for _ in 0..10 {
        clock.advance(Duration::from_micros(100));
    }
    assert_eq!(clock.now(), START.saturating_add(Duration::from_millis(1)));
    assert_eq!(clock.elapsed(), Duration::from_millis(1));
}

#[test]
fn a_jump_moves_the_wall_clock_alone() {
    let clock = ManualClock::at(START);
    let mut sleep = pin!(clock.sleep(Duration::from_secs(1)));
    assert!(poll(sleep.as_mut()).is_pending());
    let later = START.saturating_add(Duration::from_secs(3600));
    clock.set(later);
    assert_eq!(clock.now(), later);
    assert!(poll(sleep.as_mut()).is_pending());
    assert_eq!(clock.elapsed(), Duration::ZERO);
}

#[test]
fn a_sleeper_wakes_when_its_time_has_come() {
    let clock = ManualClock::at(START);
    let mut sleep = pin!(clock.sleep(Duration::from_secs(2)));
    assert_eq!(clock.next_wake(), None);
    assert!(poll(sleep.as_mut()).is_pending());
    clock.advance(Duration::from_secs(1));
    assert!(poll(sleep.as_mut()).is_pending());
    assert_eq!(clock.next_wake(), Some(Duration::from_secs(1)));
    clock.advance(Duration::from_secs(1));
    assert!(poll(sleep.as_mut()).is_ready());
}

#[test]
fn a_sleep_that_is_dropped_is_forgotten() {
    let clock = ManualClock::at(START);
    {
        let mut sleep = pin!(clock.sleep(Duration::from_secs(1)));
        assert!(poll(sleep.as_mut()).is_pending());
        assert!(clock.next_wake().is_some());
    }
    assert_eq!(clock.next_wake(), None);
}

#[test]
fn of_two_sleeps_to_the_same_time_one_can_be_dropped() {
    let clock = ManualClock::at(START);
    let mut kept = pin!(clock.sleep(Duration::from_secs(1)));
    assert!(poll(kept.as_mut()).is_pending());
    {
        let mut dropped = pin!(clock.sleep(Duration::from_secs(1)));
        assert!(poll(dropped.as_mut()).is_pending());
    }
    assert_eq!(clock.next_wake(), Some(Duration::from_secs(1)));
}
