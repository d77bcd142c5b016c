//! Faults in the fence of a lock, and in the lock after a fenced write.

use crate::broken::rejects;
use crate::calls::LoadCall;
use crate::changes::{Loads, now};
use crate::rules;
use crate::twist::{ruled, twisted};
use session_conformance::{Lawful, Model, Rules};
use session_core::error::Operation;
use session_core::store::Snapshot;
use session_core::{Error, ErrorKind, Result};

/// Lets one operation without a token pass a live lock.
fn passes_locks(faulty: Operation) -> impl Rules {
    rules::check_lock(faulty, move |row, expect, now| match expect.as_lock() {
        None => Ok(()),
        Some(_) => Lawful.check_lock(faulty, row, expect, now),
    })
}

/// Lets a live lock stop one operation as it stops an update.
pub(super) fn is_stopped_by_a_lock(faulty: Operation) -> impl Rules {
    rules::check_lock(faulty, move |row, expect, now| {
        let checked = Lawful.check_lock(Operation::Update, row, expect, now);
        checked.map_err(|error| error.during(faulty))
    })
}

/// Finds no record that is locked, as handlers do that give up waiting.
fn lock_hides_the_record(model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
    let row = model.with_rows(|rows| rows.get(call.key).cloned());
    if row.is_some_and(|row| row.lock.is_some()) {
        return Ok(None);
    }
    now(call.on(model))
}

fn lock_stops_readers(model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
    let row = model.with_rows(|rows| rows.get(call.key).cloned());
    if row.is_some_and(|row| row.lock.is_some()) {
        let remaining = None;
        return Err(Error::new(Operation::Load, ErrorKind::Locked { remaining }));
    }
    now(call.on(model))
}

/// Writes, but does not release the lock.
fn keeps_what_it_should_release(faulty: Operation) -> impl Rules {
    rules::writes(faulty, |before, after| after.lock = before.and_then(|row| row.lock.clone()))
}

rejects! {
    lets_no_holder_delete = ruled(rules::holds(Operation::Delete, |_, _| false)) => [the_holder_deletes];
    updates_past_a_live_lock = ruled(passes_locks(Operation::Update))
        => [an_unfenced_update_passes_a_lapsed_lock_only, an_update_without_the_token_is_locked];
    rotates_without_the_lock = ruled(passes_locks(Operation::Rotate))
        => [
            rejections_of_the_old_key_come_before_already_exists,
            a_rotation_without_the_token_is_locked,
        ];
    lets_a_lock_stop_a_logout = ruled(is_stopped_by_a_lock(Operation::Delete)) => [a_deletion_passes_a_live_lock];
    hides_a_locked_record = twisted(Loads(lock_hides_the_record)) => [reading_is_not_stopped_by_a_lock];
    lets_a_lock_stop_readers = twisted(Loads(lock_stops_readers)) => [reading_is_not_stopped_by_a_lock];
    keeps_the_lock_that_an_update_releases = ruled(keeps_what_it_should_release(Operation::Update))
        => [an_update_releases_in_the_same_step];
    keeps_the_lock_that_a_touch_releases = ruled(keeps_what_it_should_release(Operation::Touch))
        => [a_touch_releases_in_the_same_step];
}
