//! Strategies that ignore their options.

use crate::rejects;
use crate::verdicts::sound;
use session_core::Result;
use session_core::store::LockingStore;
use session_core::time::ManualClock;
use session_locking::{LockOptions, Pessimistic};
use std::sync::Arc;
use std::time::Duration;

/// The sound strategy with other options than the given ones.
fn with(
    change: fn(LockOptions) -> LockOptions,
) -> impl Fn(Arc<dyn LockingStore>, LockOptions, ManualClock) -> Result<Pessimistic> + Send + Sync {
    move |store, options, clock| Ok(sound(store, change(options), clock))
}

rejects! {
    waits_too_long = with(|options| LockOptions {
        max_lock_wait_time: options.max_lock_wait_time + Duration::from_millis(1),
        ..options
    })
    => [
        a_wall_clock_that_jumps_moves_no_deadline,
        waiting_for_another_process_ends_at_the_deadline,
        waiting_in_the_queue_ends_at_the_deadline,
        an_attempt_without_an_answer_ends_soon_after_the_deadline,
        waiting_for_an_unavailable_store_ends_as_unavailable,
    ];
    gives_up_early = with(|options| LockOptions {
        max_lock_wait_time: Duration::from_secs(1),
        ..options
    })
    => [
        a_second_handle_waits_for_the_first,
        a_waiter_gets_in_soon_after_a_release,
        a_waiter_gets_the_lock_when_the_lease_has_lapsed,
        after_eight_local_hand_overs_the_queue_pauses,
        a_wall_clock_that_jumps_moves_no_deadline,
        delays_grow_between_the_minimum_and_the_maximum,
        only_the_head_of_the_queue_asks_the_store,
        waiting_for_another_process_ends_at_the_deadline,
        waiting_in_the_queue_ends_at_the_deadline,
        wake_ups_that_come_too_early_bring_few_attempts,
        a_lease_counts_from_the_start_of_its_attempt,
        an_acquisition_is_repeated_with_its_token,
        waiting_for_an_unavailable_store_ends_as_unavailable,
        waiting_goes_on_while_the_store_is_unavailable,
    ];
    asks_too_often = with(|options| LockOptions {
        min_lock_retry: options.min_lock_retry / 10,
        ..options
    })
    => [
        delays_grow_between_the_minimum_and_the_maximum,
        wake_ups_that_come_too_early_bring_few_attempts,
        waiting_for_an_unavailable_store_ends_as_unavailable,
    ];
    asks_too_seldom = with(|options| LockOptions {
        min_lock_retry: Duration::from_secs(3),
        max_lock_retry: Duration::from_secs(3),
        ..options
    })
    => [
        a_waiter_gets_in_soon_after_a_release,
        a_waiter_gets_the_lock_when_the_lease_has_lapsed,
        after_eight_local_hand_overs_the_queue_pauses,
        delays_grow_between_the_minimum_and_the_maximum,
        pauses_take_a_sixth_of_the_time_at_most,
        wake_ups_that_come_too_early_bring_few_attempts,
        a_lock_that_was_seen_held_ends_in_a_lock_timeout,
        an_acquisition_is_repeated_with_its_token,
        waiting_for_an_unavailable_store_ends_as_unavailable,
        waiting_goes_on_while_the_store_is_unavailable,
    ];
    backs_off_never = with(|options| LockOptions {
        max_lock_retry: options.min_lock_retry,
        ..options
    })
    => [
        after_eight_local_hand_overs_the_queue_pauses,
        delays_grow_between_the_minimum_and_the_maximum,
    ];
    renews_for_ever = with(|options| LockOptions {
        max_lock_hold: Duration::from_hours(24),
        ..options
    })
    => [
        a_hung_holder_does_not_stop_the_queue,
        renewal_stops_after_the_longest_hold,
    ];
}
