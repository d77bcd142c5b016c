//! Faults in the fence of a lock, and in the lock after a fenced write.

use crate::broken::rejects;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Lawful, Lock, Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{Expect, Freshness, Key, LockToken, SessionStore, Snapshot};
use session_core::time::EpochMillis;
use session_core::{Error, ErrorKind, Result};

/// Lets one operation without a token pass a live lock.
#[derive(Debug)]
struct PassesLocks(Operation);

impl Rules for PassesLocks {
    fn check_lock(
        &self,
        operation: Operation,
        row: &Row,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<()> {
        if operation == self.0 && expect.as_lock().is_none() {
            return Ok(());
        }
        Lawful.check_lock(operation, row, expect, now)
    }
}

#[derive(Debug)]
struct LockStopsLogout;

impl Rules for LockStopsLogout {
    fn check_lock(
        &self,
        operation: Operation,
        row: &Row,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<()> {
        let as_update = match operation {
            Operation::Delete => Operation::Update,
            other => other,
        };
        let checked = Lawful.check_lock(as_update, row, expect, now);
        checked.map_err(|error| error.during(operation))
    }
}

/// Replaces a locked session with an empty one, as handlers do that give up waiting.
#[derive(Debug)]
struct LockHidesTheRecord;

#[async_trait]
impl Twist for LockHidesTheRecord {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let row = model.with_rows(|rows| rows.get(key).cloned());
        if row.is_some_and(|row| row.lock.is_some()) {
            return Ok(None);
        }
        model.load(key, freshness).await
    }
}

#[derive(Debug)]
struct LockStopsReaders;

#[async_trait]
impl Twist for LockStopsReaders {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let row = model.with_rows(|rows| rows.get(key).cloned());
        if row.is_some_and(|row| row.lock.is_some()) {
            let remaining = None;
            return Err(Error::new(Operation::Load, ErrorKind::Locked { remaining }));
        }
        model.load(key, freshness).await
    }
}

/// Writes, but does not release the lock.
#[derive(Debug)]
struct KeepsWhatItShouldRelease(Operation);

impl Rules for KeepsWhatItShouldRelease {
    fn written(&self, operation: Operation, before: Option<&Row>, mut after: Row) -> Row {
        if operation == self.0 {
            after.lock = before.and_then(|before| before.lock.clone());
        }
        after
    }
}

/// Rejects every deletion that names a lock, even by its holder.
#[derive(Debug)]
struct HolderCannotDelete;

impl Rules for HolderCannotDelete {
    fn holds(&self, operation: Operation, lock: Option<&Lock>, token: &LockToken) -> bool {
        operation != Operation::Delete && Lawful.holds(operation, lock, token)
    }
}

rejects! {
    lets_no_holder_delete = ruled(HolderCannotDelete)
    => [
        a_held_lock_and_another_version_is_a_conflict,
        a_holder_may_write_late_if_nobody_took_over,
        the_holder_deletes,
        a_lock_ends_with_its_record,
    ];
    updates_past_a_live_lock = ruled(PassesLocks(Operation::Update))
    => [
        locked_comes_before_conflict,
        an_unfenced_update_passes_a_lapsed_lock_only,
        an_update_without_the_token_is_locked,
        an_update_of_the_version_read_is_locked_too,
        an_update_that_changes_nothing_is_a_write,
    ];
    rotates_without_the_lock = ruled(PassesLocks(Operation::Rotate))
    => [
        rejections_of_the_old_key_come_before_already_exists,
        a_rotation_without_the_token_is_locked,
    ];
    lets_a_lock_stop_a_logout = ruled(LockStopsLogout)
    => [
        a_deletion_passes_a_live_lock,
        a_deletion_of_the_version_read_passes_a_live_lock,
        renew_of_a_gone_session_is_gone,
        a_deletion_under_a_lock_is_reported_at_the_commit,
        a_destruction_lets_the_queue_move_on,
        a_logout_passes_a_live_lock,
        a_deletion_under_a_lock_lets_the_queue_move_on,
        a_lock_ends_with_its_record,
    ];
    hides_a_locked_record = twisted(LockHidesTheRecord)
    => [
        a_touch_passes_a_live_lock_and_keeps_it,
        after_an_update_beyond_the_limit_the_lock_is_released,
        a_dropped_acquisition_locks_no_longer_than_its_lease,
        a_dropped_update_releases_only_with_its_write,
        a_dropped_touch_releases_only_with_its_expiry,
        lock_lost_comes_before_conflict,
        locked_comes_before_conflict,
        a_held_lock_and_another_version_is_a_conflict,
        a_release_that_names_no_lock_is_rejected,
        an_acquisition_reads_the_record,
        a_lock_is_not_taken_over_within_lease_and_skew,
        a_lapsed_lock_is_taken_over,
        a_stale_holder_writes_nothing,
        a_holder_may_write_late_if_nobody_took_over,
        a_takeover_that_races_a_write_loses_nothing,
        a_live_lock_stops_no_reader,
        an_update_without_the_token_is_locked,
        an_update_of_the_version_read_is_locked_too,
        a_deletion_of_the_version_read_passes_a_live_lock,
        an_update_with_the_token_of_another_is_lock_lost,
        a_touch_with_the_token_of_another_is_lock_lost,
        a_deletion_with_the_token_of_another_is_lock_lost,
        the_holder_writes_and_keeps_its_lock,
        a_touch_that_moves_nothing_still_releases,
        a_rotation_without_the_token_is_locked,
        a_rotation_with_the_token_of_another_is_lock_lost,
        a_released_lock_is_free,
        a_release_by_another_changes_nothing,
        a_renewed_lock_stands_longer,
        a_lapsed_lock_is_renewed_while_it_is_held,
        a_renewal_keeps_the_token,
        a_lost_lock_is_reported_at_the_commit,
        readers_do_not_wait,
        reading_is_not_stopped_by_a_lock,
        renewal_stops_after_the_longest_hold,
        waiting_for_another_process_ends_at_the_deadline,
        a_clock_that_jumped_ahead_gives_no_lock_back,
        a_dropped_release_frees_the_lock_or_leaves_it,
        a_repeated_touch_of_another_version_is_a_conflict,
        a_dropped_rotation_ends_the_lock_or_leaves_it,
        a_rotation_ends_the_lock,
        a_dropped_acquisition_moves_the_expiry_with_the_lock,
        a_held_session_outlives_its_expiry,
        a_lapsed_lock_keeps_nothing,
        a_live_lock_keeps_an_expired_record,
        a_lock_leaves_a_later_expiry,
        a_lock_moves_an_expiry_that_comes_before_its_end,
        a_lock_moves_no_expiry_past_the_deadline,
        a_lock_moves_the_expiry_to_a_whole_second,
        a_release_names_the_expiry_that_renewals_left,
        a_release_of_a_deleted_session_creates_nothing,
        a_renewal_moves_the_expiry,
        a_rotation_does_not_inherit_the_lock_of_an_expired_record,
        a_sweep_reports_the_outcome_of_expired_records,
        a_takeover_moves_the_expiry,
        gone_comes_before_lock_lost_and_locked,
        of_many_contenders_for_an_expiring_session_one_locks,
        the_lock_of_an_expired_record_is_not_inherited,
        a_call_without_the_lock_moves_no_expiry,
        a_dropped_renewal_moves_the_expiry_with_the_lock,
        a_lock_ends_with_its_record,
        a_repeated_creation_is_judged_by_the_record,
        a_repeated_update_is_judged_by_the_record,
        a_repeated_update_that_released_its_lock_succeeds,
        a_sweep_gets_past_spared_records,
        an_update_that_changes_nothing_is_a_write,
    ];
    lets_a_lock_stop_readers = twisted(LockStopsReaders)
    => [
        a_touch_passes_a_live_lock_and_keeps_it,
        after_an_update_beyond_the_limit_the_lock_is_released,
        a_dropped_acquisition_locks_no_longer_than_its_lease,
        a_dropped_update_releases_only_with_its_write,
        a_dropped_touch_releases_only_with_its_expiry,
        lock_lost_comes_before_conflict,
        locked_comes_before_conflict,
        a_held_lock_and_another_version_is_a_conflict,
        a_release_that_names_no_lock_is_rejected,
        an_acquisition_reads_the_record,
        a_lock_is_not_taken_over_within_lease_and_skew,
        a_lapsed_lock_is_taken_over,
        a_stale_holder_writes_nothing,
        a_holder_may_write_late_if_nobody_took_over,
        a_takeover_that_races_a_write_loses_nothing,
        a_live_lock_stops_no_reader,
        an_update_without_the_token_is_locked,
        an_update_of_the_version_read_is_locked_too,
        a_deletion_of_the_version_read_passes_a_live_lock,
        an_update_with_the_token_of_another_is_lock_lost,
        a_touch_with_the_token_of_another_is_lock_lost,
        a_deletion_with_the_token_of_another_is_lock_lost,
        the_holder_writes_and_keeps_its_lock,
        a_touch_that_moves_nothing_still_releases,
        a_rotation_without_the_token_is_locked,
        a_rotation_with_the_token_of_another_is_lock_lost,
        a_released_lock_is_free,
        a_release_by_another_changes_nothing,
        a_renewed_lock_stands_longer,
        a_lapsed_lock_is_renewed_while_it_is_held,
        a_renewal_keeps_the_token,
        a_lost_lock_is_reported_at_the_commit,
        readers_do_not_wait,
        reading_is_not_stopped_by_a_lock,
        renewal_stops_after_the_longest_hold,
        waiting_for_another_process_ends_at_the_deadline,
        a_clock_that_jumped_ahead_gives_no_lock_back,
        a_dropped_release_frees_the_lock_or_leaves_it,
        a_repeated_touch_of_another_version_is_a_conflict,
        a_dropped_rotation_ends_the_lock_or_leaves_it,
        a_rotation_ends_the_lock,
        a_dropped_acquisition_moves_the_expiry_with_the_lock,
        a_held_session_outlives_its_expiry,
        a_lapsed_lock_keeps_nothing,
        a_live_lock_keeps_an_expired_record,
        a_lock_leaves_a_later_expiry,
        a_lock_moves_an_expiry_that_comes_before_its_end,
        a_lock_moves_no_expiry_past_the_deadline,
        a_lock_moves_the_expiry_to_a_whole_second,
        a_release_names_the_expiry_that_renewals_left,
        a_release_of_a_deleted_session_creates_nothing,
        a_renewal_moves_the_expiry,
        a_rotation_does_not_inherit_the_lock_of_an_expired_record,
        a_sweep_reports_the_outcome_of_expired_records,
        a_takeover_moves_the_expiry,
        gone_comes_before_lock_lost_and_locked,
        of_many_contenders_for_an_expiring_session_one_locks,
        the_lock_of_an_expired_record_is_not_inherited,
        a_call_without_the_lock_moves_no_expiry,
        a_dropped_renewal_moves_the_expiry_with_the_lock,
        a_lock_ends_with_its_record,
        a_repeated_creation_is_judged_by_the_record,
        a_repeated_update_is_judged_by_the_record,
        a_repeated_update_that_released_its_lock_succeeds,
        a_sweep_gets_past_spared_records,
        an_update_that_changes_nothing_is_a_write,
    ];
    keeps_the_lock_that_an_update_releases = ruled(KeepsWhatItShouldRelease(Operation::Update))
    => [
        a_repeated_update_that_released_its_lock_succeeds,
        a_dropped_update_releases_only_with_its_write,
        writes_of_successive_holders_are_kept,
        an_update_that_passes_a_lapsed_lock_removes_it,
        an_update_releases_in_the_same_step,
        a_commit_that_is_dropped_releases_its_lock,
        a_second_handle_waits_for_the_first,
        a_canceled_waiter_leaves_the_queue,
        every_commit_releases_the_lock,
        local_waiters_go_first_in_first_out,
        only_the_head_of_the_queue_asks_the_store,
        a_waiter_dropped_at_any_await_leaves_the_queue,
        an_upgrade_waits_for_the_lock_and_reads_again,
        a_lifetime_under_a_lock_is_one_write,
        an_update_that_changes_nothing_is_a_write,
    ];
    keeps_the_lock_that_a_touch_releases = ruled(KeepsWhatItShouldRelease(Operation::Touch))
    => [
        a_repeated_touch_that_released_its_lock_succeeds,
        a_repeated_touch_does_not_release_the_next_holders_lock,
        a_dropped_touch_releases_only_with_its_expiry,
        a_touch_releases_in_the_same_step,
        a_touch_that_moves_nothing_still_releases,
        after_eight_local_hand_overs_the_queue_pauses,
        pauses_take_a_sixth_of_the_time_at_most,
        every_commit_releases_the_lock,
        a_commit_that_is_dropped_releases_its_lock,
        a_repeated_touch_of_another_version_is_a_conflict,
        a_release_names_the_expiry_that_renewals_left,
    ];
}
