//! Faults in the holder of a lock, and in its effect.

use crate::broken::rejects;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Lawful, Lock, Model, Rules};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Expect, Key, LockToken, LockingStore, Payload, Record, SessionStore, Tag,
};
use session_core::time::{EpochMillis, Timestamp};
use std::time::Duration;

/// Accepts any token as the holder's in one operation.
#[derive(Debug)]
struct AnyTokenHolds(Operation);

impl Rules for AnyTokenHolds {
    fn holds(&self, operation: Operation, lock: Option<&Lock>, token: &LockToken) -> bool {
        operation == self.0 || Lawful.holds(operation, lock, token)
    }
}

/// Treats every lock as the caller's in one operation.
#[derive(Debug)]
struct AnyLockIsHeld(Operation);

impl Rules for AnyLockIsHeld {
    fn holds(&self, operation: Operation, lock: Option<&Lock>, token: &LockToken) -> bool {
        let is_held = Lawful.holds(operation, lock, token);
        is_held || (operation == self.0 && lock.is_some())
    }
}

#[derive(Debug)]
struct ForgetsItsOwnToken;

impl Rules for ForgetsItsOwnToken {
    fn holds(&self, operation: Operation, lock: Option<&Lock>, token: &LockToken) -> bool {
        operation != Operation::Acquire && Lawful.holds(operation, lock, token)
    }
}

#[derive(Debug)]
struct AcquireCreates;

#[async_trait]
impl Twist for AcquireCreates {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        let answer = model.acquire(key, token, lease).await?;
        if answer == Acquired::Absent {
            let record = Record {
                payload: Payload::text(""),
                expires: Timestamp::from_epoch_seconds(u64::from(u32::MAX)),
                deadline: None,
                idle: None,
            };
            model.create(key, &record, &Tag::from_bytes([0; Tag::BYTES])).await?;
        }
        Ok(answer)
    }
}

/// Reports the remaining time of the lease without the clock skew.
#[derive(Debug)]
struct RemainingWithoutSkew;

#[async_trait]
impl Twist for RemainingWithoutSkew {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        Ok(match model.acquire(key, token, lease).await? {
            Acquired::Busy { remaining: Some(remaining) } => {
                let remaining = Some(remaining.saturating_sub(Duration::from_secs(1)));
                Acquired::Busy { remaining }
            }
            answer => answer,
        })
    }
}

#[derive(Debug)]
struct RenewalShortens;

#[async_trait]
impl Twist for RenewalShortens {
    async fn renew(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Timestamp> {
        model.with_rows(|rows| {
            if let Some(lock) = rows.get_mut(key).and_then(|row| row.lock.as_mut()) {
                lock.end = EpochMillis::from_epoch_millis(0);
            }
        });
        model.renew(key, token, lease).await
    }
}

#[derive(Debug)]
struct RenewalDoesNothing;

#[async_trait]
impl Twist for RenewalDoesNothing {
    async fn renew(&self, _: &Model, _: &Key, _: &LockToken, _: Duration) -> Result<Timestamp> {
        Ok(Timestamp::MAX)
    }
}

#[derive(Debug)]
struct ReleaseDoesNothing;

#[async_trait]
impl Twist for ReleaseDoesNothing {
    async fn release(&self, _: &Model, _: &Key, _: &LockToken) -> Result<()> {
        Ok(())
    }
}

#[derive(Debug)]
struct ReleaseDeletes;

#[async_trait]
impl Twist for ReleaseDeletes {
    async fn release(&self, model: &Model, key: &Key, token: &LockToken) -> Result<()> {
        model.delete(key, &Expect::lock(token.clone())).await.map(drop)
    }
}

/// Locks, but returns no data with the lock.
#[derive(Debug)]
struct LocksWithoutReading;

#[async_trait]
impl Twist for LocksWithoutReading {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        let mut answer = model.acquire(key, token, lease).await?;
        if let Acquired::Locked(snapshot) = &mut answer {
            snapshot.record.payload = Payload::text("");
        }
        Ok(answer)
    }
}

/// Reports the end of the lease instead of its remaining time.
#[derive(Debug)]
struct MistakesEndForRemaining;

#[async_trait]
impl Twist for MistakesEndForRemaining {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        Ok(match model.acquire(key, token, lease).await? {
            Acquired::Busy { .. } => {
                let remaining = Some(Duration::from_secs(1_700_000_030));
                Acquired::Busy { remaining }
            }
            answer => answer,
        })
    }
}

rejects! {
    tells_the_lease_without_the_skew = twisted(RemainingWithoutSkew)
    => [
        a_lock_has_lapsed_after_the_time_that_remains,
    ];
    locks_without_reading = twisted(LocksWithoutReading)
    => [
        a_repeated_acquisition_succeeds,
        an_acquisition_reads_the_record,
        writes_of_successive_holders_are_kept,
        a_lapsed_lock_is_taken_over,
        a_takeover_that_races_a_write_loses_nothing,
        a_released_lock_is_free,
        a_second_handle_waits_for_the_first,
        local_waiters_go_first_in_first_out,
        an_upgrade_after_a_touch_reports_no_change,
        an_upgrade_waits_for_the_lock_and_reads_again,
    ];
    mistakes_end_for_remaining = twisted(MistakesEndForRemaining)
    => [
        acquire_of_a_held_lock_is_busy,
        a_lock_has_lapsed_after_the_time_that_remains,
    ];
    swallows_a_lost_lock_on_update = ruled(AnyTokenHolds(Operation::Update))
    => [
        the_lock_of_an_expired_record_is_not_inherited,
        a_rotation_does_not_inherit_the_lock_of_an_expired_record,
        locks_of_different_keys_are_independent,
        lock_lost_comes_before_conflict,
        of_many_takers_over_exactly_one_wins,
        a_stale_holder_writes_nothing,
        an_update_that_passes_a_lapsed_lock_removes_it,
        a_takeover_that_races_a_write_loses_nothing,
        an_update_with_the_token_of_another_is_lock_lost,
        an_update_releases_in_the_same_step,
        a_touch_releases_in_the_same_step,
        a_touch_that_moves_nothing_still_releases,
        a_released_lock_is_free,
        a_hung_holder_does_not_stop_the_queue,
        a_lost_lock_is_reported_at_the_commit,
        renewal_stops_after_the_longest_hold,
        a_clock_that_jumped_ahead_gives_no_lock_back,
        a_rotation_ends_the_lock,
        a_rotation_that_passes_a_lapsed_lock_ends_it,
        a_takeover_moves_the_expiry,
        a_lock_ends_with_its_record,
        a_repeated_update_that_released_its_lock_succeeds,
        an_update_that_changes_nothing_is_a_write,
    ];
    swallows_a_lost_lock_on_touch = ruled(AnyTokenHolds(Operation::Touch))
    => [
        a_repeated_touch_does_not_release_the_next_holders_lock,
        lock_lost_comes_before_conflict,
        a_stale_holder_writes_nothing,
        a_touch_with_the_token_of_another_is_lock_lost,
        a_lost_lock_is_reported_at_the_commit,
    ];
    swallows_a_lost_lock_on_delete = ruled(AnyTokenHolds(Operation::Delete))
    => [
        lock_lost_comes_before_conflict,
        a_stale_holder_writes_nothing,
        a_deletion_with_the_token_of_another_is_lock_lost,
    ];
    swallows_a_lost_lock_on_rotate = ruled(AnyTokenHolds(Operation::Rotate))
    => [
        rejections_of_the_old_key_come_before_already_exists,
        a_rotation_with_the_token_of_another_is_lock_lost,
    ];
    renews_for_anybody = ruled(AnyTokenHolds(Operation::Renew))
    => [
        an_update_that_passes_a_lapsed_lock_removes_it,
        renew_of_the_lock_of_another_is_lock_lost,
        a_clock_that_jumped_ahead_gives_no_lock_back,
        a_call_without_the_lock_moves_no_expiry,
    ];
    releases_for_anybody = ruled(AnyLockIsHeld(Operation::Release))
    => [
        a_release_by_another_changes_nothing,
        releasing_twice_frees_no_later_lock,
    ];
    gives_a_held_lock_to_anybody = ruled(AnyLockIsHeld(Operation::Acquire))
    => [
        a_touch_passes_a_live_lock_and_keeps_it,
        a_repeated_touch_does_not_release_the_next_holders_lock,
        a_repeated_acquisition_succeeds,
        acquire_of_a_held_lock_is_busy,
        of_many_contenders_exactly_one_locks,
        writes_of_successive_holders_are_kept,
        a_lock_is_not_taken_over_within_lease_and_skew,
        a_lapsed_lock_is_taken_over,
        of_many_takers_over_exactly_one_wins,
        a_clock_that_jumps_back_frees_no_lock,
        the_holder_writes_and_keeps_its_lock,
        a_release_by_another_changes_nothing,
        releasing_twice_frees_no_later_lock,
        a_renewed_lock_stands_longer,
        a_renewal_never_shortens_the_lease,
        a_repeated_acquisition_starts_the_lease_anew,
        a_lapsed_lock_is_renewed_while_it_is_held,
        a_lock_is_renewed_while_it_is_held,
        a_renewal_whose_reply_is_lost_loses_no_lock,
        a_waiter_gets_in_soon_after_a_release,
        a_waiter_gets_the_lock_when_the_lease_has_lapsed,
        delays_grow_between_the_minimum_and_the_maximum,
        renewal_stops_after_the_longest_hold,
        waiting_for_another_process_ends_at_the_deadline,
        a_session_can_be_locked_up_to_its_expiry,
        a_wall_clock_that_jumps_moves_no_deadline,
        a_dropped_renewal_loses_no_lock,
        a_lock_that_was_seen_held_ends_in_a_lock_timeout,
        a_release_after_a_failed_write_is_waited_for_briefly,
        a_renewal_without_an_answer_costs_no_lock,
        a_dropped_rotation_ends_the_lock_or_leaves_it,
        a_rotated_handle_keeps_its_lock_until_the_commit,
        a_lease_beyond_the_last_time_is_held,
        an_upgrade_waits_for_the_lock_and_reads_again,
        a_dropped_acquisition_moves_the_expiry_with_the_lock,
        of_many_contenders_for_an_expiring_session_one_locks,
        a_call_without_the_lock_moves_no_expiry,
        a_dropped_renewal_moves_the_expiry_with_the_lock,
        a_repeated_creation_is_judged_by_the_record,
        a_repeated_update_is_judged_by_the_record,
    ];
    forgets_its_own_token = ruled(ForgetsItsOwnToken)
    => [
        a_repeated_acquisition_succeeds,
        a_repeated_acquisition_starts_the_lease_anew,
        an_acquisition_is_repeated_with_its_token,
        a_renewal_moves_the_expiry,
    ];
    creates_on_acquire = twisted(AcquireCreates)
    => [
        gone_comes_before_lock_lost_and_locked,
        acquire_of_an_unknown_session_is_absent,
        acquire_of_an_expired_session_is_absent,
        a_destruction_lets_the_queue_move_on,
        an_unknown_session_is_not_waited_for,
        an_upgrade_of_a_session_that_is_gone_is_gone,
        a_lock_ends_with_its_record,
    ];
    shortens_on_renewal = twisted(RenewalShortens)
    => [
        a_renewal_never_shortens_the_lease,
    ];
    renews_in_name_only = twisted(RenewalDoesNothing)
    => [
        gone_comes_before_lock_lost_and_locked,
        a_lease_of_nothing_is_rejected,
        an_update_that_passes_a_lapsed_lock_removes_it,
        a_renewed_lock_stands_longer,
        renew_of_the_lock_of_another_is_lock_lost,
        renew_of_a_gone_session_is_gone,
        a_lapsed_lock_is_renewed_while_it_is_held,
        a_lock_is_renewed_while_it_is_held,
        a_renewal_whose_reply_is_lost_loses_no_lock,
        renewal_stops_after_the_longest_hold,
        a_deletion_under_a_lock_lets_the_queue_move_on,
        a_clock_that_jumped_ahead_gives_no_lock_back,
        a_renewal_without_an_answer_costs_no_lock,
        a_rotated_handle_keeps_its_lock_until_the_commit,
        a_held_session_outlives_its_expiry,
        a_lock_leaves_a_later_expiry,
        a_lock_moves_no_expiry_past_the_deadline,
        a_release_names_the_expiry_that_renewals_left,
        a_renewal_moves_the_expiry,
        a_session_does_not_expire_while_it_is_held,
        a_call_without_the_lock_moves_no_expiry,
        a_dropped_renewal_moves_the_expiry_with_the_lock,
        a_sweep_goes_by_the_latest_expiry,
    ];
    releases_in_name_only = twisted(ReleaseDoesNothing)
    => [
        locked_handles_and_their_errors_show_no_secret,
        locks_of_different_keys_are_independent,
        after_an_update_beyond_the_limit_the_lock_is_released,
        a_released_lock_is_free,
        releasing_twice_frees_no_later_lock,
        a_commit_that_is_dropped_releases_its_lock,
        a_handle_that_is_dropped_releases_its_lock,
        wake_ups_that_come_too_early_bring_few_attempts,
        a_waiter_gets_in_soon_after_a_release,
        a_write_that_is_rejected_releases_the_lock,
        an_acquisition_whose_reply_is_lost_leaves_no_lock,
        an_opening_dropped_at_any_await_leaves_no_lock,
        every_commit_releases_the_lock,
        only_the_head_of_the_queue_asks_the_store,
        a_write_past_the_lock_is_reported_to_its_holder,
        an_empty_session_is_as_live_as_any,
        a_dropped_release_frees_the_lock_or_leaves_it,
        a_drain_waits_for_the_releases,
        a_commit_with_a_new_id_that_is_dropped_releases_its_lock,
        a_release_just_before_the_watch_is_not_missed,
    ];
    deletes_on_release = twisted(ReleaseDeletes)
    => [
        locked_handles_and_their_errors_show_no_secret,
        locks_of_different_keys_are_independent,
        after_an_update_beyond_the_limit_the_lock_is_released,
        a_released_lock_is_free,
        a_release_by_another_changes_nothing,
        releasing_twice_frees_no_later_lock,
        a_commit_that_is_dropped_releases_its_lock,
        a_handle_that_is_dropped_releases_its_lock,
        a_write_that_is_rejected_releases_the_lock,
        an_acquisition_whose_reply_is_lost_leaves_no_lock,
        every_commit_releases_the_lock,
        a_write_past_the_lock_is_reported_to_its_holder,
        an_empty_session_is_as_live_as_any,
        a_dropped_release_frees_the_lock_or_leaves_it,
        a_drain_waits_for_the_releases,
        a_commit_with_a_new_id_that_is_dropped_releases_its_lock,
        a_call_without_the_lock_moves_no_expiry,
        a_sweep_goes_by_the_latest_expiry,
    ];
}
