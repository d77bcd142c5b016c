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
        => [a_rotation_after_the_expiry_is_gone, a_rotation_that_races_a_destruction_is_gone];
    rotates_onto_itself = twisted(RotatesOntoItself) => [a_rotation_onto_itself_is_rejected];
    moves_the_lock_along = twisted(MovesTheLockAlong) => [a_rotation_ends_the_lock];
    deletes_before_it_rejects = twisted(DeletesBeforeItRejects)
        => [a_rotation_onto_a_live_record_is_rejected];
    creates_before_it_rejects = twisted(CreatesBeforeItRejects)
        => [a_rotation_expecting_another_version_is_a_conflict];
    leaves_the_old_key = twisted(LeavesTheOldKey) => [a_rotation_moves_the_record];
    keeps_the_later_expiry = twisted(KeepsTheLaterExpiry)
        => [a_rotation_sets_an_earlier_expiry_too, a_rotation_moves_the_record];
    creates_from_nothing = twisted(CreatesFromNothing)
        => [rotation_of_a_deleted_session_is_gone, the_record_of_another_is_no_repeated_rotation];
    rotates_onto_live_records = twisted(OverwritesTheLiving)
        => [
            a_rotation_onto_a_live_record_is_rejected,
            a_repeated_rotation_of_a_locked_session_succeeds,
        ];
    moves_the_stored_record = twisted(MovesTheStoredRecord) => [a_rotation_moves_the_record];
    inherits_the_lock_at_the_new_key = ruled(RotationWrites(|before, after| {
        after.lock = after.lock.take().or_else(|| before.and_then(|row| row.lock.clone()));
    }))
        => [a_rotation_does_not_inherit_the_lock_of_an_expired_record];
    drops_the_deadline_on_the_way = ruled(RotationWrites(|_, after| after.record.deadline = None))
        => [a_rotation_keeps_the_deadline, a_rotation_carries_data_of_either_kind];
}
