//! Faults of `rotate`.

use crate::broken::rejects;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{Expect, Freshness, Key, Rotation, SessionStore, Tag};
use session_core::{Error, ErrorKind, Result};

/// Changes the record at the new key after a rotation.
#[derive(Debug)]
struct RotationWrites(fn(before: Option<&Row>, after: &mut Row));

impl Rules for RotationWrites {
    fn written(&self, operation: Operation, before: Option<&Row>, mut after: Row) -> Row {
        if operation == Operation::Rotate {
            self.0(before, &mut after);
        }
        after
    }
}

/// Copies the record, and does not delete the old one.
#[derive(Debug)]
struct LeavesTheOldKey;

#[async_trait]
impl Twist for LeavesTheOldKey {
    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let before = model.with_rows(|rows| rows.get(old).cloned());
        model.rotate(old, new, rotation, expect, version).await?;
        if let Some(before) = before {
            model.with_rows(|rows| rows.insert(old.clone(), before));
        }
        Ok(())
    }
}

/// Keeps the old expiry if it is later than that of the rotation.
#[derive(Debug)]
struct KeepsTheLaterExpiry;

#[async_trait]
impl Twist for KeepsTheLaterExpiry {
    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let before = model.with_rows(|rows| rows.get(old).map(|row| row.record.expires));
        model.rotate(old, new, rotation, expect, version).await?;
        model.with_rows(|rows| {
            if let (Some(row), Some(before)) = (rows.get_mut(new), before) {
                row.record.expires = row.record.expires.max(before);
            }
        });
        Ok(())
    }
}

#[derive(Debug)]
struct CreatesFromNothing;

#[async_trait]
impl Twist for CreatesFromNothing {
    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let rotated = model.rotate(old, new, rotation, expect, version).await;
        match rotated {
            Err(error) if error.kind() == ErrorKind::Gone => {
                model.create(new, &rotation.record, version).await
            }
            rotated => rotated,
        }
    }
}

#[derive(Debug)]
struct OverwritesTheLiving;

#[async_trait]
impl Twist for OverwritesTheLiving {
    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let there = model.with_rows(|rows| rows.remove(new));
        let rotated = model.rotate(old, new, rotation, expect, version).await;
        if let (Err(_), Some(there)) = (&rotated, there) {
            model.with_rows(|rows| rows.insert(new.clone(), there));
        }
        rotated
    }
}

/// Moves the stored data instead of writing the given data.
#[derive(Debug)]
struct MovesTheStoredRecord;

#[async_trait]
impl Twist for MovesTheStoredRecord {
    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let mut rotation = rotation.clone();
        if let Some(found) = model.load(old, Freshness::AsConfigured).await? {
            rotation.record = found.record;
        }
        model.rotate(old, new, &rotation, expect, version).await
    }
}

/// Rewrites the record at the old key.
#[derive(Debug)]
struct RotatesOntoItself;

#[async_trait]
impl Twist for RotatesOntoItself {
    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        if old == new {
            return Ok(());
        }
        model.rotate(old, new, rotation, expect, version).await
    }
}

/// Keeps the lock, at the new key.
#[derive(Debug)]
struct MovesTheLockAlong;

#[async_trait]
impl Twist for MovesTheLockAlong {
    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let lock = model.with_rows(|rows| rows.get(old).and_then(|row| row.lock.clone()));
        model.rotate(old, new, rotation, expect, version).await?;
        model.with_rows(|rows| {
            if let Some(row) = rows.get_mut(new) {
                row.lock = lock.or_else(|| row.lock.take());
            }
        });
        Ok(())
    }
}

/// Deletes the record at the old key before it checks the new one.
#[derive(Debug)]
struct DeletesBeforeItRejects;

#[async_trait]
impl Twist for DeletesBeforeItRejects {
    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let rotated = model.rotate(old, new, rotation, expect, version).await;
        let kind = rotated.as_ref().err().map(Error::kind);
        if matches!(kind, Some(ErrorKind::AlreadyExists | ErrorKind::TooLarge { .. })) {
            model.with_rows(|rows| rows.remove(old));
        }
        rotated
    }
}

/// Creates the record at the new key before it looks at the old one.
#[derive(Debug)]
struct CreatesBeforeItRejects;

#[async_trait]
impl Twist for CreatesBeforeItRejects {
    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let rotated = model.rotate(old, new, rotation, expect, version).await;
        let kind = rotated.as_ref().err().map(Error::kind);
        if matches!(kind, Some(ErrorKind::Conflict | ErrorKind::LockLost)) {
            model.create(new, &rotation.record, version).await?;
        }
        rotated
    }
}

/// Reports an absent record as a conflict.
#[derive(Debug)]
struct TakesAbsenceForAnotherVersion;

#[async_trait]
impl Twist for TakesAbsenceForAnotherVersion {
    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        match model.rotate(old, new, rotation, expect, version).await {
            Err(error) if error.kind() == ErrorKind::Gone && expect.as_version().is_some() => {
                Err(Error::new(Operation::Rotate, ErrorKind::Conflict))
            }
            rotated => rotated,
        }
    }
}

rejects! {
    takes_absence_for_another_version = twisted(TakesAbsenceForAnotherVersion)
    => [
        a_rotation_after_the_expiry_is_gone,
        a_rotation_that_races_a_destruction_is_gone,
    ];
    rotates_onto_itself = twisted(RotatesOntoItself)
    => [
        a_rotation_onto_itself_is_rejected,
    ];
    moves_the_lock_along = twisted(MovesTheLockAlong)
    => [
        a_rotation_ends_the_lock,
        a_rotation_that_passes_a_lapsed_lock_ends_it,
        a_commit_with_a_new_id_that_is_dropped_releases_its_lock,
        a_dropped_rotation_ends_the_lock_or_leaves_it,
        a_repeated_rotation_of_a_locked_session_succeeds,
        a_rotated_handle_keeps_its_lock_until_the_commit,
    ];
    deletes_before_it_rejects = twisted(DeletesBeforeItRejects)
    => [
        a_rejected_rotation_leaves_the_old_id_and_creates_no_other,
        a_rotation_beyond_the_limit_changes_nothing,
        a_rotation_onto_a_live_record_is_rejected,
        a_write_that_is_rejected_releases_the_lock,
    ];
    creates_before_it_rejects = twisted(CreatesBeforeItRejects)
    => [
        a_rotation_expecting_another_version_is_a_conflict,
        a_rotation_of_unchanged_data_keeps_the_write_of_another,
        a_rotation_with_the_token_of_another_is_lock_lost,
        an_optimistic_rotation_that_lost_the_race_is_a_conflict,
        rejections_of_the_old_key_come_before_already_exists,
        a_rotation_that_lost_the_race_is_merged,
        a_rotation_of_unchanged_data_keeps_a_lifetime_that_another_set,
    ];
    leaves_the_old_key = twisted(LeavesTheOldKey)
    => [
        a_rotation_moves_the_record,
        a_rotated_away_key_is_gone,
        a_rotation_replaces_an_expired_record,
        of_many_rotations_of_one_key_exactly_one_wins,
        a_rotation_that_loses_against_a_deletion_is_gone,
        a_repeated_rotation_succeeds,
        a_repeated_rotation_succeeds_whatever_took_the_old_key,
        a_dropped_rotation_leaves_one_record,
        a_rotated_session_keeps_its_data_under_a_new_id,
        a_rotation_lets_the_queue_of_the_old_id_move_on,
        destroying_a_rotated_away_id_finds_nothing,
        a_rotation_to_the_limit_is_kept,
        a_commit_with_a_new_id_dropped_at_any_await_leaves_one_session,
        a_commit_with_a_new_id_that_is_dropped_releases_its_lock,
        a_dropped_rotation_ends_the_lock_or_leaves_it,
        a_rotated_handle_keeps_its_lock_until_the_commit,
        a_rotation_of_changed_data_overwrites_the_write_of_another,
        a_rotation_of_unchanged_data_keeps_the_write_of_another,
        a_rotation_of_unknown_outcome_reports_its_new_id,
        changed_data_and_a_new_id_are_one_write,
        a_reader_finds_a_rotating_record_at_one_key,
        a_rotation_that_lost_the_race_is_merged,
        a_lifetime_and_a_new_id_are_one_write,
        a_lock_ends_with_its_record,
        a_repeated_update_is_judged_by_the_record,
    ];
    keeps_the_later_expiry = twisted(KeepsTheLaterExpiry)
    => [
        a_rotation_sets_an_earlier_expiry_too,
        a_rotation_moves_the_record,
        a_rotation_writes_the_lifetime_of_its_record,
        a_sweep_goes_by_the_latest_expiry,
    ];
    creates_from_nothing = twisted(CreatesFromNothing)
    => [
        a_rotated_away_key_is_gone,
        rotation_of_a_deleted_session_is_gone,
        rotation_of_an_expired_session_is_gone,
        of_many_rotations_of_one_key_exactly_one_wins,
        the_record_of_another_is_no_repeated_rotation,
        rejections_of_the_old_key_come_before_already_exists,
        a_rotation_that_races_a_destruction_is_gone,
        a_rotation_after_the_expiry_is_gone,
    ];
    rotates_onto_live_records = twisted(OverwritesTheLiving)
    => [
        a_rotation_onto_a_live_record_is_rejected,
        a_repeated_rotation_succeeds,
        a_repeated_rotation_succeeds_whatever_took_the_old_key,
        a_repeated_rotation_of_a_locked_session_succeeds,
    ];
    moves_the_stored_record = twisted(MovesTheStoredRecord)
    => [
        a_rotation_moves_the_record,
        a_rotated_away_key_is_gone,
        a_rotation_replaces_an_expired_record,
        a_rotation_to_an_expiry_that_is_over_is_rejected,
        a_rotation_expecting_another_version_is_a_conflict,
        of_many_rotations_of_one_key_exactly_one_wins,
        a_rotation_that_loses_against_a_deletion_is_gone,
        a_rotation_beyond_the_limit_changes_nothing,
        a_repeated_rotation_succeeds,
        a_repeated_rotation_succeeds_whatever_took_the_old_key,
        a_repeated_rotation_of_a_locked_session_succeeds,
        a_rotation_is_a_use_that_moves_the_expiry,
        a_rotation_carries_data_of_either_kind,
        a_rotation_to_the_limit_is_kept,
        a_session_can_be_rotated_up_to_its_expiry,
        a_rotation_sets_an_earlier_expiry_too,
        a_commit_with_a_new_id_dropped_at_any_await_leaves_one_session,
        a_dropped_rotation_leaves_one_record,
        a_rejected_rotation_leaves_the_old_id_and_creates_no_other,
        a_rotated_handle_keeps_its_lock_until_the_commit,
        a_rotation_ends_the_lock,
        a_rotation_of_changed_data_overwrites_the_write_of_another,
        a_rotation_that_passes_a_lapsed_lock_ends_it,
        a_rotation_under_a_lock_is_one_write,
        a_write_that_is_rejected_releases_the_lock,
        changed_data_and_a_new_id_are_one_write,
        a_reader_finds_a_rotating_record_at_one_key,
        a_rotation_that_lost_the_race_is_merged,
        a_rotation_writes_the_lifetime_of_its_record,
        a_lifetime_and_a_new_id_are_one_write,
        a_sweep_goes_by_the_latest_expiry,
    ];
    inherits_the_lock_at_the_new_key = ruled(RotationWrites(|before, after| {
        after.lock = after.lock.take().or_else(|| before.and_then(|row| row.lock.clone()));
    }))
    => [
        a_rotation_does_not_inherit_the_lock_of_an_expired_record,
    ];
    drops_the_deadline_on_the_way = ruled(RotationWrites(|_, after| after.record.deadline = None))
    => [
        a_rotation_moves_the_record,
        a_rotation_replaces_an_expired_record,
        a_repeated_rotation_succeeds,
        a_repeated_rotation_succeeds_whatever_took_the_old_key,
        a_rotation_keeps_the_deadline,
        a_rotation_carries_data_of_either_kind,
        a_rotation_to_the_limit_is_kept,
        a_dropped_rotation_leaves_one_record,
        a_rotation_writes_the_lifetime_of_its_record,
        a_lifetime_and_a_new_id_are_one_write,
        an_own_idle_timeout_is_kept_by_touch_update_and_rotation,
        a_rotation_of_unchanged_data_keeps_a_lifetime_that_another_set,
    ];
}
