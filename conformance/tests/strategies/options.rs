//! Strategies that do not keep to their options.

use crate::verdicts::{assert_fails, sound};
use session_locking::LockOptions;
use std::time::Duration;

#[tokio::test]
async fn waits_too_long() {
    let longer = |options: LockOptions| LockOptions {
        max_lock_wait_time: options.max_lock_wait_time + Duration::from_millis(1),
        ..options
    };
    assert_fails(
        move |store, options, clock| sound(store, longer(options), clock),
        &[
            "a_wall_clock_that_jumps_moves_no_deadline",
            "waiting_for_another_process_ends_at_the_deadline",
            "waiting_in_line_ends_at_the_deadline",
        ],
    )
    .await;
}

#[tokio::test]
async fn gives_up_early() {
    let shorter = |options: LockOptions| LockOptions {
        max_lock_wait_time: Duration::from_secs(1),
        ..options
    };
    assert_fails(
        move |store, options, clock| sound(store, shorter(options), clock),
        &[
            "a_second_handle_waits_for_the_first",
            "a_waiter_gets_in_soon_after_a_release",
            "a_waiter_gets_in_when_the_lease_has_lapsed",
            "after_eight_local_hand_overs_the_line_pauses",
            "a_wall_clock_that_jumps_moves_no_deadline",
            "delays_grow_between_the_minimum_and_the_maximum",
            "only_the_head_of_the_line_asks_the_store",
            "waiting_for_another_process_ends_at_the_deadline",
            "waiting_in_line_ends_at_the_deadline",
            "wake_ups_that_come_too_early_bring_few_attempts",
        ],
    )
    .await;
}

#[tokio::test]
async fn asks_too_often() {
    let eager = |options: LockOptions| LockOptions {
        min_lock_retry: options.min_lock_retry / 10,
        ..options
    };
    assert_fails(
        move |store, options, clock| sound(store, eager(options), clock),
        &[
            "delays_grow_between_the_minimum_and_the_maximum",
            "wake_ups_that_come_too_early_bring_few_attempts",
        ],
    )
    .await;
}

#[tokio::test]
async fn asks_too_seldom() {
    let slow = |options: LockOptions| LockOptions {
        min_lock_retry: Duration::from_secs(3),
        max_lock_retry: Duration::from_secs(3),
        ..options
    };
    assert_fails(
        move |store, options, clock| sound(store, slow(options), clock),
        &[
            "a_waiter_gets_in_soon_after_a_release",
            "a_waiter_gets_in_when_the_lease_has_lapsed",
            "after_eight_local_hand_overs_the_line_pauses",
            "delays_grow_between_the_minimum_and_the_maximum",
            "pauses_take_a_sixth_of_the_time_at_most",
            "wake_ups_that_come_too_early_bring_few_attempts",
        ],
    )
    .await;
}

#[tokio::test]
async fn backs_off_never() {
    let steady =
        |options: LockOptions| LockOptions { max_lock_retry: options.min_lock_retry, ..options };
    assert_fails(
        move |store, options, clock| sound(store, steady(options), clock),
        &[
            "after_eight_local_hand_overs_the_line_pauses",
            "delays_grow_between_the_minimum_and_the_maximum",
        ],
    )
    .await;
}

#[tokio::test]
async fn renews_for_ever() {
    let endless =
        |options: LockOptions| LockOptions { max_lock_hold: Duration::from_hours(24), ..options };
    assert_fails(
        move |store, options, clock| sound(store, endless(options), clock),
        &[
            "a_hung_holder_does_not_stop_the_line",
            "a_rotation_dropped_at_any_await_keeps_no_line_waiting",
            "renewal_stops_after_the_longest_hold",
        ],
    )
    .await;
}
