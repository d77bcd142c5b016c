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
            waiting_for_another_process_ends_at_the_deadline,
            waiting_in_the_queue_ends_at_the_deadline,
        ];
    gives_up_early = with(|options| LockOptions {
        max_lock_wait_time: Duration::from_secs(1),
        ..options
    })
        => [
            waiting_for_another_process_ends_at_the_deadline,
            waiting_in_the_queue_ends_at_the_deadline,
        ];
    asks_too_often = with(|options| LockOptions {
        min_lock_retry: options.min_lock_retry / 10,
        ..options
    })
        => [delays_grow_between_the_minimum_and_the_maximum];
    asks_too_seldom = with(|options| LockOptions {
        min_lock_retry: Duration::from_secs(3),
        max_lock_retry: Duration::from_secs(3),
        ..options
    })
        => [a_waiter_gets_in_soon_after_a_release, delays_grow_between_the_minimum_and_the_maximum];
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
        => [a_hung_holder_does_not_stop_the_queue, renewal_stops_after_the_longest_hold];
}
