//! Faults of `touch`.

use crate::broken::fences::is_stopped_by_a_lock;
use crate::broken::rejects;
use crate::calls::{LoadCall, TouchCall};
use crate::changes::{Touches, change_row, now};
use crate::rules;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Model, Row};
use session_core::error::Operation;
use session_core::store::{Freshness, Key, LockDisposition, Payload, SessionStore, Snapshot};
use session_core::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::sync::Mutex;

fn moves_backwards(model: &Model, call: TouchCall<'_>) -> Result<()> {
    now(call.on(model))?;
    change_row(model, call.key, |row| row.record.expires = call.touch.expires);
    Ok(())
}

/// Does not release the lock if the expiry need not move.
fn skips_a_touch_that_moves_nothing(model: &Model, call: TouchCall<'_>) -> Result<()> {
    match now(model.load(call.key, Freshness::AsConfigured))? {
        Some(found) if found.record.expires >= call.touch.expires => Ok(()),
        _ => now(call.on(model)),
    }
}

fn forgets_that_it_released(model: &Model, call: TouchCall<'_>) -> Result<()> {
    let row = model.with_rows(|rows| rows.get(call.key).cloned());
    let is_unlocked = row.is_some_and(|row| row.lock.is_none());
    if is_unlocked && call.touch.lock == LockDisposition::Release && call.expect.as_lock().is_some()
    {
        return Err(Error::new(Operation::Touch, ErrorKind::LockLost));
    }
    now(call.on(model))
}

/// Treats every lock on a record with its expiry as its own.
fn releases_by_expiry(model: &Model, call: TouchCall<'_>) -> Result<()> {
    change_row(model, call.key, |row| {
        let is_own = row.record.expires == call.touch.expires;
        let releases =
            call.touch.lock == LockDisposition::Release && call.expect.as_lock().is_some();
        row.lock = row.lock.take().filter(|_| !(is_own && releases));
    });
    now(call.on(model))
}

/// Recognizes its own releasing touch by its effect, even after another write.
fn recognizes_a_touch_without_its_version(model: &Model, call: TouchCall<'_>) -> Result<()> {
    let row = model.with_rows(|rows| rows.get(call.key).cloned());
    let is_left =
        row.is_some_and(|row| row.lock.is_none() && row.record.expires == call.touch.expires);
    match now(call.on(model)) {
        Err(error) if error.kind() == ErrorKind::Conflict && is_left => Ok(()),
        touched => touched,
    }
}

/// Reports a conflict if a touch of the right version has nothing to move.
fn refuses_a_touch_that_moves_nothing(model: &Model, call: TouchCall<'_>) -> Result<()> {
    let row = model.with_rows(|rows| rows.get(call.key).cloned());
    let moves = row.is_none_or(|row| row.record.expires < call.touch.expires);
    if call.touch.lock == LockDisposition::Keep && call.expect.as_version().is_some() && !moves {
        return Err(Error::new(Operation::Touch, ErrorKind::Conflict));
    }
    now(call.on(model))
}

/// Touches a loaded copy of the record, and writes the copy back.
#[derive(Debug, Default)]
struct WritesBackWhatItLoaded(Mutex<BTreeMap<Key, Row>>);

#[async_trait]
impl Twist for WritesBackWhatItLoaded {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        if let Some(row) = model.with_rows(|rows| rows.get(call.key).cloned()) {
            self.0.lock().expect("no test panics under this lock").insert(call.key.clone(), row);
        }
        call.on(model).await
    }

    async fn touch(&self, model: &Model, call: TouchCall<'_>) -> Result<()> {
        let loaded = self.0.lock().expect("no test panics under this lock").remove(call.key);
        if let Some(loaded) = loaded {
            model.with_rows(|rows| {
                rows.entry(call.key.clone()).or_insert(loaded);
            });
        }
        call.on(model).await
    }
}

rejects! {
    writes_back_what_it_loaded = twisted(WritesBackWhatItLoaded::default())
        => [no_handle_restores_a_destroyed_session, a_reader_restores_no_deleted_session];
    touches_data = ruled(rules::writes(Operation::Touch, |_, row| row.record.payload = Payload::text("touched")))
        => [a_touch_moves_the_expiry_alone];
    touches_the_lock = ruled(rules::writes(Operation::Touch, |_, row| row.lock = None))
        => [a_touch_passes_a_live_lock_and_keeps_it];
    drops_the_deadline_on_touch = ruled(rules::writes(Operation::Touch, |_, row| row.record.deadline = None))
        => [a_touch_moves_the_expiry_alone];
    moves_backwards = twisted(Touches(moves_backwards))
        => [a_touch_never_moves_the_expiry_backwards, of_touches_at_once_the_latest_stays];
    skips_a_touch_that_moves_nothing = twisted(Touches(skips_a_touch_that_moves_nothing))
        => [a_touch_that_moves_nothing_still_releases];
    stops_a_touch_at_a_lock = ruled(is_stopped_by_a_lock(Operation::Touch))
        => [a_touch_passes_a_live_lock_and_keeps_it, reading_is_not_stopped_by_a_lock];
    forgets_that_a_touch_released = twisted(Touches(forgets_that_it_released))
        => [
            a_repeated_touch_that_released_its_lock_succeeds,
            a_repeated_touch_of_another_version_is_a_conflict,
        ];
    releases_the_next_holder_by_expiry = twisted(Touches(releases_by_expiry))
        => [
            a_repeated_touch_does_not_release_the_next_holders_lock,
            a_lost_lock_is_reported_at_the_commit,
        ];
    recognizes_a_touch_without_its_version = twisted(Touches(recognizes_a_touch_without_its_version))
        => [a_repeated_touch_of_another_version_is_a_conflict];
    rejects_a_touch_that_moves_nothing = twisted(Touches(refuses_a_touch_that_moves_nothing))
        => [a_touch_of_the_version_read_may_move_nothing];
}
