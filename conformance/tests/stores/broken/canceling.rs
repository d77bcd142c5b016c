//! Faults that show when a caller drops a call in the middle.

use crate::broken::rejects;
use crate::calls::{LoadCall, ReleaseCall, RenewCall, RotateCall, TouchCall, UpdateCall};
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::{Lock, Model, Row};
use session_core::Result;
use session_core::random::OsRandom;
use session_core::store::{
    Capabilities, Change, DroppedCalls, Expect, Key, LockToken, SessionStore, Snapshot, Tag,
    Version,
};
use session_core::time::{ManualClock, Timestamp};
use std::sync::{Mutex, MutexGuard};
use tokio::task::yield_now;

/// Removes the record to read it, and puts it back.
#[derive(Debug)]
struct TakesTheRecordOutToRead;

#[async_trait]
impl Twist for TakesTheRecordOutToRead {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let found = call.on(model).await?;
        if let Some(row) = model.with_rows(|rows| rows.remove(call.key)) {
            yield_now().await;
            model.with_rows(|rows| {
                rows.entry(call.key.clone()).or_insert(row);
            });
        }
        Ok(found)
    }
}

/// Changes the version first, and restores it.
#[derive(Debug)]
struct TouchesInTwoSteps;

#[async_trait]
impl Twist for TouchesInTwoSteps {
    async fn touch(&self, model: &Model, call: TouchCall<'_>) -> Result<()> {
        call.on(model).await?;
        let version = set_version(model, call.key, Version::NONE);
        yield_now().await;
        set_version(model, call.key, version);
        Ok(())
    }
}

fn set_version(model: &Model, key: &Key, version: Version) -> Version {
    model.with_rows(|rows| match rows.get_mut(key) {
        Some(row) => std::mem::replace(&mut row.version, version),
        None => version,
    })
}

/// Restores the replaced record when its caller leaves, over any newer record.
#[derive(Debug)]
struct UndoesWhatWasCancelled;

/// The record before the operation, unless the operation completed.
struct Undo<'a> {
    model: &'a Model,
    key: &'a Key,
    before: Option<Row>,
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        if let Some(before) = self.before.take() {
            self.model.with_rows(|rows| rows.insert(self.key.clone(), before));
        }
    }
}

#[async_trait]
impl Twist for UndoesWhatWasCancelled {
    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        let before = model.with_rows(|rows| rows.get(call.key).cloned());
        call.on(model).await?;
        let mut undo = Undo { model, key: call.key, before };
        yield_now().await;
        undo.before = None;
        Ok(())
    }
}

/// Executes an update at the second read of its record, if the caller leaves.
#[derive(Debug)]
struct UpdatesLater(DroppedCalls, Mutex<Option<Late>>);

/// A pending update, and the number of reads of its record since.
#[derive(Debug)]
struct Late {
    change: Change,
    tag: Tag,
    looks: usize,
}

impl UpdatesLater {
    fn late(&self) -> MutexGuard<'_, Option<Late>> {
        self.1.lock().expect("no test panics under this lock")
    }
}

#[async_trait]
impl Twist for UpdatesLater {
    fn capabilities(&self, model: &Model) -> Capabilities {
        model.capabilities().with_dropped_calls(self.0)
    }

    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let due = {
            let mut late = self.late();
            let looks = late.as_mut().map(|late| {
                late.looks += 1;
                late.looks
            });
            if looks == Some(2) { late.take() } else { None }
        };
        if let Some(Late { change, tag, .. }) = due {
            drop(model.update(call.key, &change, &Expect::PRESENT, &tag).await);
        }
        call.on(model).await
    }

    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        *self.late() = Some(Late { change: call.change.clone(), tag: *call.version, looks: 0 });
        yield_now().await;
        *self.late() = None;
        call.on(model).await
    }
}

/// Removes the lock to renew it.
#[derive(Debug)]
struct RenewsByLockingAnew;

#[async_trait]
impl Twist for RenewsByLockingAnew {
    async fn renew(&self, model: &Model, call: RenewCall<'_>) -> Result<Timestamp> {
        let expires = call.on(model).await?;
        let lock = set_lock(model, call.key, None);
        yield_now().await;
        set_lock(model, call.key, lock);
        Ok(expires)
    }
}

/// Gives the lock a random token before it removes it.
#[derive(Debug)]
struct MarksBeforeItReleases;

#[async_trait]
impl Twist for MarksBeforeItReleases {
    async fn release(&self, model: &Model, call: ReleaseCall<'_>) -> Result<()> {
        let is_held = model.with_rows(|rows| {
            let lock = rows.get_mut(call.key).and_then(|row| row.lock.as_mut());
            let lock = lock.filter(|lock| lock.token == *call.token);
            lock.map(|lock| lock.token = LockToken::draw(&OsRandom)).is_some()
        });
        yield_now().await;
        if is_held {
            set_lock(model, call.key, None);
        }
        Ok(())
    }
}

/// Moves the record with its lock, which ends a moment later.
#[derive(Debug)]
struct EndsTheLockLater;

#[async_trait]
impl Twist for EndsTheLockLater {
    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        let RotateCall { old, new, .. } = call;
        let lock = model.with_rows(|rows| rows.get(old).and_then(|row| row.lock.clone()));
        call.on(model).await?;
        set_lock(model, new, lock);
        yield_now().await;
        set_lock(model, new, None);
        Ok(())
    }
}

fn set_lock(model: &Model, key: &Key, lock: Option<Lock>) -> Option<Lock> {
    model.with_rows(|rows| match rows.get_mut(key) {
        Some(row) => std::mem::replace(&mut row.lock, lock),
        None => lock,
    })
}

rejects! {
    takes_the_record_out_to_read = twisted(TakesTheRecordOutToRead)
        => [a_read_dropped_at_any_await_loses_nothing, a_dropped_load_changes_nothing];
    updates_later = twisted(UpdatesLater(DroppedCalls::AtOnce, Mutex::default()))
        => [a_dropped_call_changes_nothing_later];
    updates_after_it_has_settled = |clock: ManualClock| {
        twisted(UpdatesLater(DroppedCalls::Late, Mutex::default()))(clock).with_settle(async || {})
    } => [a_dropped_call_changes_nothing_later];
    touches_in_two_steps = twisted(TouchesInTwoSteps) => [a_dropped_touch_is_whole_or_not_at_all];
    undoes_what_was_canceled = twisted(UndoesWhatWasCancelled)
        => [a_dropped_update_undoes_no_other_write];
    renews_by_locking_anew = twisted(RenewsByLockingAnew) => [a_dropped_renewal_loses_no_lock];
    marks_before_it_releases = twisted(MarksBeforeItReleases)
        => [a_dropped_release_frees_the_lock_or_leaves_it];
    ends_the_lock_later = twisted(EndsTheLockLater)
        => [
            a_dropped_rotation_ends_the_lock_or_leaves_it,
            a_commit_with_a_new_id_that_is_dropped_releases_its_lock,
        ];
}
