//! Faults in the lapse of a lock, and in the handling of a lapsed one.

use crate::broken::rejects;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Lawful, Lock, Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{
    Acquired, Change, Expect, Freshness, Key, LockToken, LockingStore, SessionStore, Snapshot, Tag,
};
use session_core::time::{EpochMillis, Timestamp};
use session_core::{Error, ErrorKind, Result};
use std::time::Duration;
use tokio::task::yield_now;

const MILLISECOND: Duration = Duration::from_millis(1);

/// Decides by another rule whether a lock has lapsed.
#[derive(Debug)]
struct Lapses(fn(Operation, &Lock, EpochMillis) -> bool);

impl Rules for Lapses {
    fn has_lapsed(&self, operation: Operation, lock: &Lock, now: EpochMillis) -> bool {
        self.0(operation, lock, now)
    }
}

fn at_once(operation: Operation, lock: &Lock, now: EpochMillis) -> bool {
    operation == Operation::Acquire || Lawful.has_lapsed(operation, lock, now)
}

fn never(_: Operation, _: &Lock, _: EpochMillis) -> bool {
    false
}

fn early(operation: Operation, lock: &Lock, now: EpochMillis) -> bool {
    Lawful.has_lapsed(operation, lock, now.saturating_add(MILLISECOND))
}

fn late(operation: Operation, lock: &Lock, now: EpochMillis) -> bool {
    Lawful.has_lapsed(operation, lock, now.saturating_sub(MILLISECOND))
}

fn without_skew(_: Operation, lock: &Lock, now: EpochMillis) -> bool {
    lock.end.is_over(now)
}

/// Treats a lease with an end in the far future as invalid.
fn if_far(operation: Operation, lock: &Lock, now: EpochMillis) -> bool {
    let is_far = lock.end.saturating_since(now) > Duration::from_hours(1);
    is_far || Lawful.has_lapsed(operation, lock, now)
}

/// Checks that a lock may be taken, and takes it a moment later.
#[derive(Debug)]
struct LooksAndThenLocks;

#[async_trait]
impl Twist for LooksAndThenLocks {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        let seen = model.with_rows(|rows| rows.get(key).cloned());
        let answer = model.acquire(key, token, lease).await?;
        if let (Acquired::Locked(_), Some(seen)) = (&answer, seen) {
            let lock = model.with_rows(|rows| {
                let row = rows.get_mut(key).expect("it was locked just now");
                std::mem::replace(&mut row.lock, seen.lock)
            });
            yield_now().await;
            model.with_rows(|rows| {
                if let Some(row) = rows.get_mut(key) {
                    row.lock = lock;
                }
            });
        }
        Ok(answer)
    }
}

/// Reads the record first and locks it a moment later.
#[derive(Debug)]
struct ReadsAndThenLocks;

#[async_trait]
impl Twist for ReadsAndThenLocks {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        let read = model.load(key, Freshness::AsConfigured).await;
        yield_now().await;
        match (model.acquire(key, token, lease).await?, read) {
            (Acquired::Locked(_), Ok(Some(stale))) => Ok(Acquired::Locked(stale)),
            (answer, _) => Ok(answer),
        }
    }
}

/// Removes a lock at a read, even if it has not lapsed.
#[derive(Debug)]
struct RemovesALockAtARead;

#[async_trait]
impl Twist for RemovesALockAtARead {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        model.with_rows(|rows| {
            if let Some(row) = rows.get_mut(key) {
                row.lock = None;
            }
        });
        model.load(key, freshness).await
    }
}

#[derive(Debug)]
struct RevokesTheLockOfALateHolder(Operation);

impl Rules for RevokesTheLockOfALateHolder {
    fn check_lock(
        &self,
        operation: Operation,
        row: &Row,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<()> {
        let lapsed = |lock: &Lock| Lawful.has_lapsed(operation, lock, now);
        let is_late = row.lock.as_ref().is_some_and(lapsed);
        if operation == self.0 && is_late && expect.as_lock().is_some() {
            return Err(Error::new(operation, ErrorKind::LockLost));
        }
        Lawful.check_lock(operation, row, expect, now)
    }
}

#[derive(Debug)]
struct RenewsOnlyInTime;

#[async_trait]
impl Twist for RenewsOnlyInTime {
    async fn renew(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Timestamp> {
        let other = LockToken::decode("AAAAAAAAAAAAAAAAAAAAAA").expect("zeros are a token");
        if let Ok(Acquired::Locked(_)) = model.acquire(key, &other, lease).await {
            model.release(key, &other).await?;
        }
        model.renew(key, token, lease).await
    }
}

/// Lets an update pass a lapsed lock, and does not remove the lock.
#[derive(Debug)]
struct LeavesALapsedLock;

#[async_trait]
impl Twist for LeavesALapsedLock {
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let lock = model.with_rows(|rows| rows.get(key).and_then(|row| row.lock.clone()));
        model.update(key, change, expect, version).await?;
        if expect.as_lock().is_none() {
            model.with_rows(|rows| {
                if let Some(row) = rows.get_mut(key) {
                    row.lock = lock;
                }
            });
        }
        Ok(())
    }
}

rejects! {
    takes_over_live_locks = ruled(Lapses(at_once))
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
    never_takes_over = ruled(Lapses(never))
    => [
        a_dropped_acquisition_locks_no_longer_than_its_lease,
        a_lapsed_lock_is_taken_over,
        of_many_takers_over_exactly_one_wins,
        a_stale_holder_writes_nothing,
        an_unfenced_update_passes_a_lapsed_lock_only,
        an_update_that_passes_a_lapsed_lock_removes_it,
        a_takeover_that_races_a_write_loses_nothing,
        a_renewed_lock_stands_longer,
        a_renewal_never_shortens_the_lease,
        renew_of_the_lock_of_another_is_lock_lost,
        a_lapsed_lock_keeps_nothing,
        a_hung_holder_does_not_stop_the_queue,
        a_lost_lock_is_reported_at_the_commit,
        a_waiter_gets_the_lock_when_the_lease_has_lapsed,
        renewal_stops_after_the_longest_hold,
        a_clock_that_jumped_ahead_gives_no_lock_back,
        a_dropped_renewal_loses_no_lock,
        a_rotation_that_passes_a_lapsed_lock_ends_it,
        a_lock_has_lapsed_after_the_time_that_remains,
        a_takeover_moves_the_expiry,
        a_dropped_renewal_moves_the_expiry_with_the_lock,
        a_sweep_gets_past_spared_records,
    ];
    lapses_a_millisecond_early = ruled(Lapses(early))
    => [
        a_lock_is_not_taken_over_within_lease_and_skew,
        an_unfenced_update_passes_a_lapsed_lock_only,
        a_renewed_lock_stands_longer,
        a_renewal_never_shortens_the_lease,
        a_repeated_acquisition_starts_the_lease_anew,
        a_live_lock_keeps_an_expired_record,
    ];
    lapses_a_millisecond_late = ruled(Lapses(late))
    => [
        a_dropped_acquisition_locks_no_longer_than_its_lease,
        a_lapsed_lock_is_taken_over,
        of_many_takers_over_exactly_one_wins,
        a_stale_holder_writes_nothing,
        an_unfenced_update_passes_a_lapsed_lock_only,
        an_update_that_passes_a_lapsed_lock_removes_it,
        a_takeover_that_races_a_write_loses_nothing,
        a_renewed_lock_stands_longer,
        a_renewal_never_shortens_the_lease,
        renew_of_the_lock_of_another_is_lock_lost,
        a_lapsed_lock_keeps_nothing,
        a_lost_lock_is_reported_at_the_commit,
        a_clock_that_jumped_ahead_gives_no_lock_back,
        a_dropped_renewal_loses_no_lock,
        a_rotation_that_passes_a_lapsed_lock_ends_it,
        a_lock_has_lapsed_after_the_time_that_remains,
        a_takeover_moves_the_expiry,
        a_dropped_renewal_moves_the_expiry_with_the_lock,
    ];
    allows_no_clock_skew = ruled(Lapses(without_skew))
    => [
        a_lock_is_not_taken_over_within_lease_and_skew,
        an_unfenced_update_passes_a_lapsed_lock_only,
        a_renewed_lock_stands_longer,
        a_renewal_never_shortens_the_lease,
        a_repeated_acquisition_starts_the_lease_anew,
        a_live_lock_keeps_an_expired_record,
    ];
    distrusts_far_leases = ruled(Lapses(if_far))
    => [
        a_clock_that_jumps_back_frees_no_lock,
        a_wall_clock_that_jumps_moves_no_deadline,
        a_lease_beyond_the_last_time_is_held,
    ];
    looks_and_then_locks = twisted(LooksAndThenLocks)
    => [
        of_many_contenders_exactly_one_locks,
        writes_of_successive_holders_are_kept,
        of_many_takers_over_exactly_one_wins,
        a_takeover_that_races_a_write_loses_nothing,
        of_many_contenders_for_an_expiring_session_one_locks,
    ];
    reads_and_then_locks = twisted(ReadsAndThenLocks)
    => [
        writes_of_successive_holders_are_kept,
        a_takeover_that_races_a_write_loses_nothing,
        a_lock_moves_an_expiry_that_comes_before_its_end,
        a_lock_moves_no_expiry_past_the_deadline,
        a_release_names_the_expiry_that_renewals_left,
        a_renewal_moves_the_expiry,
        a_takeover_moves_the_expiry,
    ];
    rejects_a_late_writer = ruled(RevokesTheLockOfALateHolder(Operation::Update))
    => [
        a_holder_may_write_late_if_nobody_took_over,
    ];
    renews_only_in_time = twisted(RenewsOnlyInTime)
    => [
        a_holder_may_write_late_if_nobody_took_over,
        a_lapsed_lock_is_renewed_while_it_is_held,
    ];
    removes_a_lock_at_a_read = twisted(RemovesALockAtARead)
    => [
        a_touch_passes_a_live_lock_and_keeps_it,
        a_repeated_touch_of_another_version_is_a_conflict,
        a_dropped_update_releases_only_with_its_write,
        a_dropped_touch_releases_only_with_its_expiry,
        locked_comes_before_conflict,
        a_held_lock_and_another_version_is_a_conflict,
        a_release_that_names_no_lock_is_rejected,
        a_lock_is_not_taken_over_within_lease_and_skew,
        a_stale_holder_writes_nothing,
        an_update_without_the_token_is_locked,
        an_update_of_the_version_read_is_locked_too,
        the_holder_writes_and_keeps_its_lock,
        a_touch_that_moves_nothing_still_releases,
        a_rotation_without_the_token_is_locked,
        a_rotation_with_the_token_of_another_is_lock_lost,
        a_release_by_another_changes_nothing,
        a_renewed_lock_stands_longer,
        a_renewal_keeps_the_token,
        reading_is_not_stopped_by_a_lock,
        waiting_for_another_process_ends_at_the_deadline,
        readers_do_not_wait,
        renewal_stops_after_the_longest_hold,
        a_lost_lock_is_reported_at_the_commit,
        a_dropped_rotation_ends_the_lock_or_leaves_it,
        a_held_session_outlives_its_expiry,
        a_lapsed_lock_keeps_nothing,
        a_live_lock_keeps_an_expired_record,
        a_lock_moves_no_expiry_past_the_deadline,
        a_release_names_the_expiry_that_renewals_left,
        a_release_of_a_deleted_session_creates_nothing,
        a_renewal_moves_the_expiry,
        a_rotation_does_not_inherit_the_lock_of_an_expired_record,
        a_sweep_reports_the_outcome_of_expired_records,
        a_takeover_moves_the_expiry,
        gone_comes_before_lock_lost_and_locked,
        the_lock_of_an_expired_record_is_not_inherited,
        a_call_without_the_lock_moves_no_expiry,
        a_lock_ends_with_its_record,
        a_repeated_creation_is_judged_by_the_record,
        a_repeated_update_is_judged_by_the_record,
        a_sweep_gets_past_spared_records,
    ];
    leaves_a_lapsed_lock = twisted(LeavesALapsedLock)
    => [
        an_update_that_passes_a_lapsed_lock_removes_it,
    ];
}
