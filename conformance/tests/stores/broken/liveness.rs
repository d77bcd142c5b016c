//! Faults in the distinction of live and expired records.

use crate::broken::rejects;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Lawful, Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{
    Change, Expect, Freshness, Key, Payload, Record, SessionStore, Snapshot, Tag, Touch,
};
use session_core::time::EpochMillis;
use session_core::{Error, ErrorKind, Result};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// Treats every record as live in one operation.
#[derive(Debug)]
struct IgnoresExpiry(Operation);

impl Rules for IgnoresExpiry {
    fn is_live(&self, operation: Operation, row: &Row, now: EpochMillis) -> bool {
        operation == self.0 || Lawful.is_live(operation, row, now)
    }
}

#[derive(Debug)]
struct DiesASecondLate;

impl Rules for DiesASecondLate {
    fn is_live(&self, operation: Operation, row: &Row, now: EpochMillis) -> bool {
        Lawful.is_live(operation, row, now.saturating_sub(SECOND))
    }
}

#[derive(Debug)]
struct DiesASecondEarly;

impl Rules for DiesASecondEarly {
    fn is_live(&self, operation: Operation, row: &Row, now: EpochMillis) -> bool {
        Lawful.is_live(operation, row, now.saturating_add(SECOND))
    }
}

#[derive(Debug)]
struct ResurrectsOnUpdate;

#[async_trait]
impl Twist for ResurrectsOnUpdate {
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let updated = model.update(key, change, expect, version).await;
        match updated {
            Err(error) if error.kind() == ErrorKind::Gone => {
                let record = Record {
                    payload: change.payload.clone(),
                    expires: change.expires,
                    deadline: None,
                    idle: None,
                };
                model.create(key, &record, version).await
            }
            updated => updated,
        }
    }
}

#[derive(Debug)]
struct TouchRecreates;

#[async_trait]
impl Twist for TouchRecreates {
    async fn touch(&self, model: &Model, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        let touched = model.touch(key, touch, expect).await;
        match touched {
            Err(error) if error.kind() == ErrorKind::Gone => {
                let record = Record {
                    payload: Payload::text(""),
                    expires: touch.expires,
                    deadline: None,
                    idle: None,
                };
                model.create(key, &record, &Tag::from_bytes([0; Tag::BYTES])).await
            }
            touched => touched,
        }
    }
}

#[derive(Debug)]
struct EmptyIsAbsence;

#[async_trait]
impl Twist for EmptyIsAbsence {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let found = model.load(key, freshness).await?;
        Ok(found.filter(|found| !found.record.payload.is_empty()))
    }
}

#[derive(Debug)]
struct TakesErrorsForAbsence;

#[async_trait]
impl Twist for TakesErrorsForAbsence {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        Ok(model.load(key, freshness).await.unwrap_or_default())
    }
}

/// Returns an error for an absent record.
#[derive(Debug)]
struct TakesAbsenceForAnError;

#[async_trait]
impl Twist for TakesAbsenceForAnError {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let is_known = model.with_rows(|rows| rows.contains_key(key));
        match model.load(key, freshness).await? {
            None if !is_known => Err(Error::new(Operation::Load, ErrorKind::Unavailable)),
            found => Ok(found),
        }
    }
}

rejects! {
    returns_expired_records = ruled(IgnoresExpiry(Operation::Load))
    => [
        a_record_is_expired_from_its_expiry_on,
        a_sweep_changes_no_answer_of_load,
        a_clock_that_jumps_back_makes_no_error,
        update_of_an_expired_session_is_gone,
        a_touched_session_lives_up_to_its_new_expiry,
        touch_of_an_expired_session_is_gone,
        rotation_of_an_expired_session_is_gone,
        a_deletion_of_an_expired_session_finds_nothing,
        a_dropped_sweep_has_deleted_expired_records_only,
        acquire_of_an_expired_session_is_absent,
        a_release_of_a_deleted_session_creates_nothing,
        a_commit_after_the_deadline_is_gone,
        an_expired_id_gets_a_fresh_one,
        a_lock_moves_no_expiry_past_the_deadline,
        a_shorter_lifetime_moves_the_expiry_backwards,
        an_own_deadline_ends_the_session,
        gone_comes_before_conflict,
    ];
    updates_expired_records = ruled(IgnoresExpiry(Operation::Update))
    => [
        update_of_an_expired_session_is_gone,
        gone_comes_before_conflict,
        gone_comes_before_lock_lost_and_locked,
        a_lock_moves_no_expiry_past_the_deadline,
    ];
    touches_expired_records = ruled(IgnoresExpiry(Operation::Touch))
    => [
        touch_of_an_expired_session_is_gone,
        gone_comes_before_conflict,
        gone_comes_before_lock_lost_and_locked,
    ];
    rotates_expired_records = ruled(IgnoresExpiry(Operation::Rotate))
    => [
        rotation_of_an_expired_session_is_gone,
        a_rotation_replaces_an_expired_record,
        a_rotation_does_not_inherit_the_lock_of_an_expired_record,
        a_rotation_after_the_expiry_is_gone,
        a_sweep_goes_by_the_latest_expiry,
    ];
    deletes_expired_records_as_live = ruled(IgnoresExpiry(Operation::Delete))
    => [
        a_deletion_of_an_expired_session_finds_nothing,
        gone_comes_before_conflict,
        gone_comes_before_lock_lost_and_locked,
    ];
    locks_expired_records = ruled(IgnoresExpiry(Operation::Acquire))
    => [
        gone_comes_before_lock_lost_and_locked,
        acquire_of_an_expired_session_is_absent,
    ];
    rejects_to_create_over_the_expired = ruled(IgnoresExpiry(Operation::Create))
    => [
        an_expired_record_is_replaced,
        the_deadline_of_an_expired_record_is_not_inherited,
        the_lock_of_an_expired_record_is_not_inherited,
        the_version_of_an_expired_record_is_not_inherited,
        of_many_creators_exactly_one_wins,
        acquire_of_an_expired_session_is_absent,
        the_idle_timeout_of_an_expired_record_is_not_inherited,
        a_sweep_goes_by_the_latest_expiry,
    ];
    keeps_records_a_second_too_long = ruled(DiesASecondLate)
    => [
        a_record_is_expired_from_its_expiry_on,
        a_sweep_changes_no_answer_of_load,
        a_clock_that_jumps_back_makes_no_error,
        an_expired_record_is_replaced,
        the_deadline_of_an_expired_record_is_not_inherited,
        the_lock_of_an_expired_record_is_not_inherited,
        the_version_of_an_expired_record_is_not_inherited,
        of_many_creators_exactly_one_wins,
        update_of_an_expired_session_is_gone,
        a_touched_session_lives_up_to_its_new_expiry,
        touch_of_an_expired_session_is_gone,
        rotation_of_an_expired_session_is_gone,
        a_rotation_replaces_an_expired_record,
        a_rotation_does_not_inherit_the_lock_of_an_expired_record,
        a_deletion_of_an_expired_session_finds_nothing,
        a_dropped_sweep_has_deleted_expired_records_only,
        gone_comes_before_conflict,
        gone_comes_before_lock_lost_and_locked,
        acquire_of_an_expired_session_is_absent,
        a_release_of_a_deleted_session_creates_nothing,
        a_sweep_deletes_expired_records,
        a_sweep_keeps_to_its_budget_and_ends,
        a_collection_backs_off_and_goes_on,
        a_collection_keeps_its_rate_limit,
        a_collection_that_stopped_is_resumed,
        a_collection_walks_the_whole_store,
        a_commit_after_the_deadline_is_gone,
        an_expired_id_gets_a_fresh_one,
        a_rotation_after_the_expiry_is_gone,
        a_sweep_leaves_records_expired_within_the_grace,
        a_lock_moves_no_expiry_past_the_deadline,
        the_idle_timeout_of_an_expired_record_is_not_inherited,
        a_shorter_lifetime_moves_the_expiry_backwards,
        an_own_deadline_ends_the_session,
        a_sweep_gets_past_spared_records,
        a_sweep_goes_by_the_latest_expiry,
    ];
    drops_records_a_second_too_early = ruled(DiesASecondEarly)
    => [
        a_record_is_live_up_to_its_expiry,
        a_record_that_is_expired_already_is_not_created,
        a_session_can_be_updated_up_to_its_expiry,
        a_touched_session_lives_up_to_its_new_expiry,
        a_sweep_leaves_live_records,
        a_commit_after_the_deadline_is_gone,
        no_expiry_passes_the_deadline,
        a_deletion_finds_a_session_up_to_its_expiry,
        a_record_is_not_replaced_before_its_expiry,
        a_session_can_be_locked_up_to_its_expiry,
        a_session_can_be_rotated_up_to_its_expiry,
        a_sweep_leaves_records_expired_within_the_grace,
        a_held_session_outlives_its_expiry,
        a_lock_moves_no_expiry_past_the_deadline,
        an_own_deadline_ends_the_session,
        a_sweep_goes_by_the_latest_expiry,
    ];
    resurrects_on_update = twisted(ResurrectsOnUpdate)
    => [
        update_of_an_unknown_session_is_gone,
        update_of_a_deleted_session_is_gone,
        update_of_an_expired_session_is_gone,
        a_rotated_away_key_is_gone,
        an_update_that_races_a_deletion_revives_nothing,
        gone_comes_before_conflict,
        gone_comes_before_lock_lost_and_locked,
        a_deletion_passes_a_live_lock,
        a_deletion_under_a_lock_is_reported_at_the_commit,
        no_handle_restores_a_destroyed_session,
        a_lock_moves_no_expiry_past_the_deadline,
        a_repeated_update_is_judged_by_the_record,
    ];
    recreates_on_touch = twisted(TouchRecreates)
    => [
        touch_of_a_deleted_session_is_gone,
        touch_of_an_expired_session_is_gone,
        a_rotated_away_key_is_gone,
        gone_comes_before_conflict,
        gone_comes_before_lock_lost_and_locked,
        a_reader_restores_no_deleted_session,
        no_handle_restores_a_destroyed_session,
    ];
    takes_empty_data_for_absence = twisted(EmptyIsAbsence)
    => [
        an_update_expecting_another_version_is_a_conflict,
        empty_text_is_data,
        empty_binary_is_data,
        empty_data_of_a_stored_session_is_data,
        an_empty_session_is_as_live_as_any,
        an_update_may_expect_the_version_read,
        a_rotation_writes_the_lifetime_of_its_record,
    ];
    takes_errors_for_absence = twisted(TakesErrorsForAbsence)
    => [
        a_key_beyond_the_limit_is_rejected,
    ];
    takes_absence_for_an_error = twisted(TakesAbsenceForAnError)
    => [
        a_first_commit_dropped_at_any_await_is_whole_or_not_at_all,
        an_unknown_key_loads_as_none,
        a_sweep_changes_no_answer_of_load,
        a_record_that_is_expired_already_is_not_created,
        update_of_an_unknown_session_is_gone,
        update_of_a_deleted_session_is_gone,
        touch_of_a_deleted_session_is_gone,
        a_rotation_moves_the_record,
        a_rotated_away_key_is_gone,
        rotation_of_a_deleted_session_is_gone,
        rotation_of_an_expired_session_is_gone,
        a_rotation_replaces_an_expired_record,
        a_rotation_to_an_expiry_that_is_over_is_rejected,
        a_rotation_expecting_another_version_is_a_conflict,
        of_many_rotations_of_one_key_exactly_one_wins,
        a_rotation_that_loses_against_a_deletion_is_gone,
        a_deletion_reports_whether_there_was_a_session,
        a_deletion_expecting_another_version_is_a_conflict,
        of_many_deletions_exactly_one_finds_the_session,
        an_update_that_races_a_deletion_revives_nothing,
        keys_that_differ_in_case_are_isolated,
        keys_that_begin_alike_are_isolated,
        keys_with_control_characters_are_isolated,
        keys_beyond_ascii_are_isolated,
        keys_with_separators_are_isolated,
        a_record_beyond_the_limit_is_too_large,
        a_rotation_beyond_the_limit_changes_nothing,
        a_repeated_rotation_succeeds,
        a_dropped_creation_is_whole_or_not_at_all,
        a_dropped_rotation_leaves_one_record,
        a_dropped_deletion_is_whole_or_not_at_all,
        a_dropped_sweep_has_deleted_expired_records_only,
        a_meaningless_expiry_comes_before_gone,
        acquire_of_an_unknown_session_is_absent,
        a_deletion_passes_a_live_lock,
        a_deletion_of_the_version_read_passes_a_live_lock,
        the_holder_deletes,
        a_rotation_without_the_token_is_locked,
        a_rotation_with_the_token_of_another_is_lock_lost,
        a_release_of_a_deleted_session_creates_nothing,
        renew_of_a_gone_session_is_gone,
        a_sweep_deletes_expired_records,
        a_lapsed_lock_keeps_nothing,
        a_sweep_keeps_to_its_budget_and_ends,
        a_deletion_under_a_lock_is_reported_at_the_commit,
        a_destroyed_id_gets_a_fresh_one,
        a_destruction_lets_the_queue_move_on,
        a_logout_passes_a_live_lock,
        a_new_session_rotates_without_the_store,
        a_new_session_without_data_stores_nothing,
        a_reader_restores_no_deleted_session,
        a_rotated_session_keeps_its_data_under_a_new_id,
        a_rotation_that_races_a_destruction_is_gone,
        an_unknown_id_gets_a_fresh_one,
        an_unknown_session_is_not_waited_for,
        no_handle_restores_a_destroyed_session,
        reading_an_unknown_id_stores_nothing,
        a_deletion_finds_a_session_up_to_its_expiry,
        a_rotation_to_the_limit_is_kept,
        each_step_of_a_sweep_goes_by_its_own_time,
        long_keys_that_differ_at_their_end_are_isolated,
        text_beyond_ascii_is_measured_in_bytes,
        a_destruction_dropped_at_any_await_is_whole_or_not_at_all,
        a_commit_with_a_new_id_dropped_at_any_await_leaves_one_session,
        a_commit_with_a_new_id_that_is_dropped_releases_its_lock,
        a_dropped_rotation_ends_the_lock_or_leaves_it,
        a_rejected_rotation_leaves_the_old_id_and_creates_no_other,
        a_rotated_handle_keeps_its_lock_until_the_commit,
        a_rotation_after_the_expiry_is_gone,
        a_rotation_changes_nothing_before_the_commit,
        a_rotation_of_changed_data_overwrites_the_write_of_another,
        a_rotation_of_unchanged_data_keeps_the_write_of_another,
        a_rotation_of_unknown_outcome_reports_its_new_id,
        an_optimistic_rotation_that_lost_the_race_is_a_conflict,
        changed_data_and_a_new_id_are_one_write,
        a_reader_finds_a_rotating_record_at_one_key,
        a_rotation_that_lost_the_race_is_merged,
        an_upgrade_of_a_session_that_is_gone_is_gone,
        a_lifetime_alone_stores_no_new_session,
        a_lifetime_and_a_new_id_are_one_write,
        a_lock_ends_with_its_record,
        a_repeated_creation_is_judged_by_the_record,
        a_repeated_update_is_judged_by_the_record,
        a_sweep_gets_past_spared_records,
        a_sweep_goes_by_the_latest_expiry,
        gone_comes_before_conflict,
    ];
}
