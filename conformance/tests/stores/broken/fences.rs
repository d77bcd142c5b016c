//! Faults in the fence of a lock, and in the lock after a fenced write.

use crate::broken::rejects;
use crate::calls::LoadCall;
use crate::changes::{Loads, now};
use crate::twist::{ruled, twisted};
use session_conformance::{Lawful, Lock, Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{Expect, LockToken, Snapshot};
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
    lets_no_holder_delete = ruled(HolderCannotDelete) => [the_holder_deletes];
    updates_past_a_live_lock = ruled(PassesLocks(Operation::Update))
        => [an_unfenced_update_passes_a_lapsed_lock_only, an_update_without_the_token_is_locked];
    rotates_without_the_lock = ruled(PassesLocks(Operation::Rotate))
        => [
            rejections_of_the_old_key_come_before_already_exists,
            a_rotation_without_the_token_is_locked,
        ];
    lets_a_lock_stop_a_logout = ruled(LockStopsLogout) => [a_deletion_passes_a_live_lock];
    hides_a_locked_record = twisted(Loads(lock_hides_the_record)) => [reading_is_not_stopped_by_a_lock];
    lets_a_lock_stop_readers = twisted(Loads(lock_stops_readers)) => [reading_is_not_stopped_by_a_lock];
    keeps_the_lock_that_an_update_releases = ruled(KeepsWhatItShouldRelease(Operation::Update))
        => [an_update_releases_in_the_same_step];
    keeps_the_lock_that_a_touch_releases = ruled(KeepsWhatItShouldRelease(Operation::Touch))
        => [a_touch_releases_in_the_same_step];
}
