//! Faults of `rotate`.

use crate::broken::rejects;
use crate::calls::RotateCall;
use crate::changes::{Rotates, change_row, now};
use crate::rules;
use crate::twist::{ruled, twisted};
use session_conformance::Model;
use session_core::error::Operation;
use session_core::store::{Freshness, SessionStore};
use session_core::{Error, ErrorKind, Result};

/// Copies the record, and does not delete the old one.
fn leaves_the_old_key(model: &Model, call: RotateCall<'_>) -> Result<()> {
    let before = model.with_rows(|rows| rows.get(call.old).cloned());
    now(call.on(model))?;
    if let Some(before) = before {
        model.with_rows(|rows| rows.insert(call.old.clone(), before));
    }
    Ok(())
}

/// Keeps the old expiry if it is later than that of the rotation.
fn keeps_the_later_expiry(model: &Model, call: RotateCall<'_>) -> Result<()> {
    let RotateCall { old, new, .. } = call;
    let before = model.with_rows(|rows| rows.get(old).map(|row| row.record.expires));
    now(call.on(model))?;
    model.with_rows(|rows| {
        if let (Some(row), Some(before)) = (rows.get_mut(new), before) {
            row.record.expires = row.record.expires.max(before);
        }
    });
    Ok(())
}

fn creates_from_nothing(model: &Model, call: RotateCall<'_>) -> Result<()> {
    let rotated = now(call.on(model));
    match rotated {
        Err(error) if error.kind() == ErrorKind::Gone => {
            now(model.create(call.new, &call.rotation.record, call.version))
        }
        rotated => rotated,
    }
}

fn overwrites_the_living(model: &Model, call: RotateCall<'_>) -> Result<()> {
    let there = model.with_rows(|rows| rows.remove(call.new));
    let rotated = now(call.on(model));
    if let (Err(_), Some(there)) = (&rotated, there) {
        model.with_rows(|rows| rows.insert(call.new.clone(), there));
    }
    rotated
}

/// Moves the stored data instead of writing the given data.
fn moves_the_stored_record(model: &Model, call: RotateCall<'_>) -> Result<()> {
    let RotateCall { old, rotation, .. } = call;
    let mut rotation = rotation.clone();
    if let Some(found) = now(model.load(old, Freshness::AsConfigured))? {
        rotation.record = found.record;
    }
    now(RotateCall { rotation: &rotation, ..call }.on(model))
}

/// Rewrites the record at the old key.
fn rotates_onto_itself(model: &Model, call: RotateCall<'_>) -> Result<()> {
    if call.old == call.new {
        return Ok(());
    }
    now(call.on(model))
}

/// Keeps the lock, at the new key.
fn moves_the_lock_along(model: &Model, call: RotateCall<'_>) -> Result<()> {
    let RotateCall { old, new, .. } = call;
    let lock = model.with_rows(|rows| rows.get(old).and_then(|row| row.lock.clone()));
    now(call.on(model))?;
    change_row(model, new, |row| row.lock = lock.or_else(|| row.lock.take()));
    Ok(())
}

/// Deletes the record at the old key before it checks the new one.
fn deletes_before_it_rejects(model: &Model, call: RotateCall<'_>) -> Result<()> {
    let rotated = now(call.on(model));
    let kind = rotated.as_ref().err().map(Error::kind);
    if matches!(kind, Some(ErrorKind::AlreadyExists | ErrorKind::TooLarge { .. })) {
        model.with_rows(|rows| rows.remove(call.old));
    }
    rotated
}

/// Creates the record at the new key before it looks at the old one.
fn creates_before_it_rejects(model: &Model, call: RotateCall<'_>) -> Result<()> {
    let rotated = now(call.on(model));
    let kind = rotated.as_ref().err().map(Error::kind);
    if matches!(kind, Some(ErrorKind::Conflict | ErrorKind::LockLost)) {
        now(model.create(call.new, &call.rotation.record, call.version))?;
    }
    rotated
}

/// Reports an absent record as a conflict.
fn takes_absence_for_another_version(model: &Model, call: RotateCall<'_>) -> Result<()> {
    match now(call.on(model)) {
        Err(error) if error.kind() == ErrorKind::Gone && call.expect.as_version().is_some() => {
            Err(Error::new(Operation::Rotate, ErrorKind::Conflict))
        }
        rotated => rotated,
    }
}

rejects! {
    takes_absence_for_another_version = twisted(Rotates(takes_absence_for_another_version))
        => [a_rotation_after_the_expiry_is_gone, a_rotation_that_races_a_destruction_is_gone];
    rotates_onto_itself = twisted(Rotates(rotates_onto_itself)) => [a_rotation_onto_itself_is_rejected];
    moves_the_lock_along = twisted(Rotates(moves_the_lock_along)) => [a_rotation_ends_the_lock];
    deletes_before_it_rejects = twisted(Rotates(deletes_before_it_rejects))
        => [a_rotation_onto_a_live_record_is_rejected];
    creates_before_it_rejects = twisted(Rotates(creates_before_it_rejects))
        => [a_rotation_expecting_another_version_is_a_conflict];
    leaves_the_old_key = twisted(Rotates(leaves_the_old_key)) => [a_rotation_moves_the_record];
    keeps_the_later_expiry = twisted(Rotates(keeps_the_later_expiry))
        => [a_rotation_sets_an_earlier_expiry_too, a_rotation_moves_the_record];
    creates_from_nothing = twisted(Rotates(creates_from_nothing))
        => [rotation_of_a_deleted_session_is_gone, the_record_of_another_is_no_repeated_rotation];
    rotates_onto_live_records = twisted(Rotates(overwrites_the_living))
        => [
            a_rotation_onto_a_live_record_is_rejected,
            a_repeated_rotation_of_a_locked_session_succeeds,
        ];
    moves_the_stored_record = twisted(Rotates(moves_the_stored_record)) => [a_rotation_moves_the_record];
    inherits_the_lock_at_the_new_key = ruled(rules::writes(Operation::Rotate, |before, after| {
        after.lock = after.lock.take().or_else(|| before.and_then(|row| row.lock.clone()));
    }))
        => [a_rotation_does_not_inherit_the_lock_of_an_expired_record];
    inherits_the_lifetime_at_the_new_key = ruled(rules::writes(Operation::Rotate, |before, after| {
        let before = before.map(|row| &row.record);
        after.record.deadline = after.record.deadline.or_else(|| before?.deadline);
        after.record.idle = after.record.idle.or_else(|| before?.idle);
    }))
        => [a_rotation_replaces_an_expired_record];
    drops_the_deadline_on_the_way = ruled(rules::writes(Operation::Rotate, |_, after| after.record.deadline = None))
        => [a_rotation_keeps_the_deadline, a_rotation_carries_data_of_either_kind];
}
