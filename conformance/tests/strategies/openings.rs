//! Strategies that open sessions in a wrong way.

use crate::changed::{Change, Changed};
use crate::rejects;
use crate::verdicts::sound;
use async_trait::async_trait;
use futures_util::future::{Either, select};
use session_core::error::Operation;
use session_core::store::{Freshness, Key, LockingStore};
use session_core::strategy::{Opened, Strategy};
use session_core::time::{ManualClock, Timer};
use session_core::{Error, ErrorKind, LastWriteWins, Result};
use session_locking::{LockOptions, Pessimistic};
use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Every handle has its own queue, so all of them ask the store.
#[derive(Debug)]
struct Unqueued {
    store: Arc<dyn LockingStore>,
    options: LockOptions,
    clock: ManualClock,
}

#[async_trait]
impl Change for Unqueued {
    async fn open(
        &self,
        _: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        let Self { store, options, clock } = self;
        sound(Arc::clone(store), *options, clock.clone()).open(key, freshness).await
    }
}

/// Opening goes on in the background after its caller has left.
#[derive(Debug)]
struct Detached;

#[async_trait]
impl Change for Detached {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        let (strategy, key) = (sound.clone(), key.clone());
        let opening = tokio::spawn(async move { strategy.open(&key, freshness).await });
        opening.await.map_err(|_| Error::new(Operation::Open, ErrorKind::Unavailable))?
    }
}

/// Treats a lock that it cannot get as an absent session.
#[derive(Debug)]
struct Forgetful;

#[async_trait]
impl Change for Forgetful {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        match sound.open(key, freshness).await {
            Err(error) if matches!(error.kind(), ErrorKind::LockTimeout { .. }) => Ok(None),
            opened => opened,
        }
    }
}

/// Restarts its wait at each wake-up, and so asks the store at once.
#[derive(Debug)]
struct Startled(Arc<dyn LockingStore>);

#[async_trait]
impl Change for Startled {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        for _ in 0..1_000 {
            let watch = self.0.watch(key).await;
            let woken = pin!(async move {
                match watch {
                    Some(mut watch) => watch.changed().await,
                    None => pending().await,
                }
            });
            if let Either::Left((opened, _)) = select(sound.open(key, freshness), woken).await {
                return opened;
            }
        }
        sound.open(key, freshness).await
    }
}

/// Shows the id of the session that it cannot open in the error.
#[derive(Debug)]
struct Talkative;

#[async_trait]
impl Change for Talkative {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        let opened = sound.open(key, freshness).await;
        opened.map_err(|error| error.with_detail(format!("waited for {}", key.as_str())))
    }
}

/// Waits for an absent session to appear.
#[derive(Debug)]
struct Hopeful {
    wait: Duration,
    clock: ManualClock,
}

#[async_trait]
impl Change for Hopeful {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        let opened = sound.open(key, freshness).await?;
        if opened.is_some() {
            return Ok(opened);
        }
        self.clock.sleep(self.wait).await;
        sound.open(key, freshness).await
    }
}

/// Delays every eighth handle, even if the handles before it were quick.
#[derive(Debug)]
struct Dawdling {
    opened: AtomicUsize,
    clock: ManualClock,
    pause: Duration,
}

#[async_trait]
impl Change for Dawdling {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        let opened = sound.open(key, freshness).await;
        if self.opened.fetch_add(1, Ordering::SeqCst) % 8 == 7 {
            self.clock.advance(self.pause);
        }
        opened
    }
}

rejects! {
    locks_nothing = |store, _, _| Ok(LastWriteWins::new(store))
    => [
        a_destruction_lets_the_queue_move_on,
        a_hung_holder_does_not_stop_the_queue,
        a_lock_is_renewed_while_it_is_held,
        a_lost_lock_is_reported_at_the_commit,
        a_renewal_whose_reply_is_lost_loses_no_lock,
        a_rotation_lets_the_queue_of_the_old_id_move_on,
        a_second_handle_waits_for_the_first,
        a_waiter_gets_in_soon_after_a_release,
        a_waiter_gets_the_lock_when_the_lease_has_lapsed,
        a_waiter_dropped_at_any_await_leaves_the_queue,
        a_canceled_waiter_leaves_the_queue,
        a_write_past_the_lock_is_reported_to_its_holder,
        a_wall_clock_that_jumps_moves_no_deadline,
        after_eight_local_hand_overs_the_queue_pauses,
        an_acquisition_whose_reply_is_lost_leaves_no_lock,
        delays_grow_between_the_minimum_and_the_maximum,
        local_waiters_go_first_in_first_out,
        locked_handles_and_their_errors_show_no_secret,
        only_the_head_of_the_queue_asks_the_store,
        pauses_take_a_sixth_of_the_time_at_most,
        renewal_stops_after_the_longest_hold,
        waiting_for_another_process_ends_at_the_deadline,
        waiting_in_the_queue_ends_at_the_deadline,
        a_drain_ends_at_its_timeout_and_reports_the_rest,
        a_drain_waits_for_the_releases,
        a_failure_for_good_ends_the_wait,
        a_lease_counts_from_the_start_of_its_attempt,
        a_lock_that_was_seen_held_ends_in_a_lock_timeout,
        a_release_after_a_failed_write_is_waited_for_briefly,
        a_renewal_without_an_answer_costs_no_lock,
        an_acquisition_that_was_not_applied_is_not_released,
        an_answer_after_the_lease_is_not_taken_for_a_lock,
        an_attempt_without_an_answer_ends_soon_after_the_deadline,
        waiting_for_an_unavailable_store_ends_as_unavailable,
        waiting_goes_on_while_the_store_is_unavailable,
        a_rotated_handle_keeps_its_lock_until_the_commit,
        an_upgrade_waits_for_the_lock_and_reads_again,
        an_upgrade_after_a_touch_reports_no_change,
        an_upgrade_of_a_session_that_is_gone_is_gone,
        a_release_names_the_expiry_that_renewals_left,
        a_session_does_not_expire_while_it_is_held,
    ];
    lets_everybody_ask_the_store = |store, options, clock: ManualClock| {
        let strategy = sound(Arc::clone(&store), options, clock.clone());
        Ok(Changed(strategy, Unqueued { store, options, clock }))
    }
    => [
        after_eight_local_hand_overs_the_queue_pauses,
        local_waiters_go_first_in_first_out,
        only_the_head_of_the_queue_asks_the_store,
        pauses_take_a_sixth_of_the_time_at_most,
        a_drain_ends_at_its_timeout_and_reports_the_rest,
        a_drain_waits_for_the_releases,
        an_attempt_without_an_answer_ends_soon_after_the_deadline,
        waiting_for_an_unavailable_store_ends_as_unavailable,
    ];
    waits_on_when_it_is_canceled =
        |store, options, clock| Ok(Changed(sound(store, options, clock), Detached))
    => [
        a_canceled_waiter_leaves_the_queue,
    ];
    begins_a_new_session_after_a_timeout =
        |store, options, clock| Ok(Changed(sound(store, options, clock), Forgetful))
    => [
        a_wall_clock_that_jumps_moves_no_deadline,
        delays_grow_between_the_minimum_and_the_maximum,
        waiting_for_another_process_ends_at_the_deadline,
        waiting_in_the_queue_ends_at_the_deadline,
        a_lock_that_was_seen_held_ends_in_a_lock_timeout,
    ];
    asks_whenever_it_is_woken =
        |store, options, clock| Ok(Changed(sound(Arc::clone(&store), options, clock), Startled(store)))
    => [
        wake_ups_that_come_too_early_bring_few_attempts,
    ];
    names_the_key_that_it_waited_for =
        |store, options, clock| Ok(Changed(sound(store, options, clock), Talkative))
    => [
        locked_handles_and_their_errors_show_no_secret,
    ];
    pauses_however_quick_the_hand_overs_are = |store, options: LockOptions, clock: ManualClock| {
        let (pause, opened) = (options.max_lock_retry, AtomicUsize::new(0));
        let strategy = sound(store, options, clock.clone());
        Ok(Changed(strategy, Dawdling { opened, clock, pause }))
    }
    => [
        pauses_take_a_sixth_of_the_time_at_most,
    ];
    waits_for_unknown_sessions = |store, options: LockOptions, clock: ManualClock| {
        let wait = options.max_lock_wait_time;
        Ok(Changed(sound(store, options, clock.clone()), Hopeful { wait, clock }))
    }
    => [
        an_unknown_session_is_not_waited_for,
        a_deletion_under_a_lock_lets_the_queue_move_on,
    ];
}
