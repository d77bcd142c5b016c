//! Faults of operations that take two steps where the law requires one.

use crate::around::UnavailableWhereCallsMeet;
use crate::broken::rejects;
use crate::calls::{AcquireCall, CreateCall, DeleteCall, RotateCall, UpdateCall};
use crate::changes::change_row;
use crate::in_steps;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::Result;
use session_core::store::{
    Acquired, Deletion, Freshness, Key, LockDisposition, Payload, Record, SessionStore,
};
use session_core::time::EpochMillis;
use tokio::task::yield_now;

/// Checks whether the key is free, and writes a moment later.
async fn looks_and_then_creates(model: &Model, call: CreateCall<'_>) -> Result<()> {
    let is_free = model.load(call.key, Freshness::AsConfigured).await?.is_none();
    yield_now().await;
    if is_free {
        model.with_rows(|rows| rows.remove(call.key));
    }
    call.on(model).await
}

/// Checks whether the record exists, and writes it a moment later without a check.
pub(crate) async fn looks_and_then_updates(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    let seen = model.with_rows(|rows| rows.get(call.key).cloned());
    yield_now().await;
    if let Some(seen) = seen {
        model.with_rows(|rows| {
            rows.entry(call.key.clone()).or_insert(seen);
        });
    }
    call.on(model).await
}

/// Removes the record, and puts the new one back.
async fn removes_and_inserts(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    call.on(model).await?;
    if let Some(row) = model.with_rows(|rows| rows.remove(call.key)) {
        yield_now().await;
        model.with_rows(|rows| rows.insert(call.key.clone(), row));
    }
    Ok(())
}

/// Releases first, and writes a moment later.
async fn releases_and_then_writes(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    let before = model.with_rows(|rows| rows.get(call.key).cloned());
    call.on(model).await?;
    if call.change.lock == LockDisposition::Release {
        let after = model.with_rows(|rows| {
            let row = rows.get_mut(call.key)?;
            let before = before?;
            let after = std::mem::replace(row, before);
            row.lock = None;
            Some(after)
        });
        yield_now().await;
        if let Some(after) = after {
            model.with_rows(|rows| rows.insert(call.key.clone(), after));
        }
    }
    Ok(())
}

/// Creates at the new key, and deletes at the old one a moment later.
///
/// It does so in every rotation, or only in those that name a version.
#[derive(Debug)]
pub(crate) struct CreatesAndThenDeletes {
    pub(crate) names_a_version: bool,
}

#[async_trait]
impl Twist for CreatesAndThenDeletes {
    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        let before = model.with_rows(|rows| rows.get(call.old).cloned());
        call.on(model).await?;
        let is_whole = self.names_a_version && call.expect.as_version().is_none();
        if let Some(before) = before.filter(|_| !is_whole) {
            model.with_rows(|rows| rows.insert(call.old.clone(), before));
            yield_now().await;
            model.with_rows(|rows| rows.remove(call.old));
        }
        Ok(())
    }
}

/// Moves the record with its old data, and writes the new data a moment later.
async fn moves_and_then_writes(model: &Model, call: RotateCall<'_>) -> Result<()> {
    let before = model.with_rows(|rows| rows.get(call.old).cloned());
    call.on(model).await?;
    if let Some(before) = before {
        let write = |record: Record| {
            model.with_rows(|rows| {
                let row = rows.get_mut(call.new)?;
                Some(std::mem::replace(&mut row.record, record))
            })
        };
        let after = write(before.record);
        yield_now().await;
        after.and_then(write);
    }
    Ok(())
}

/// Reports the record at the time of its check instead of the deletion.
async fn looks_and_then_deletes(model: &Model, call: DeleteCall<'_>) -> Result<Deletion> {
    let is_there = model.load(call.key, Freshness::AsConfigured).await?.is_some();
    yield_now().await;
    let deletion = call.on(model).await?;
    Ok(if is_there { Deletion::Deleted } else { deletion })
}

/// Locks forever, and sets the end of the lease a moment later.
async fn locks_for_ever_first(model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
    let answer = call.on(model).await?;
    if matches!(answer, Acquired::Locked(_)) {
        let for_ever = EpochMillis::MAX;
        let end = set_end(model, call.key, for_ever);
        yield_now().await;
        set_end(model, call.key, end);
    }
    Ok(answer)
}

fn set_end(model: &Model, key: &Key, end: EpochMillis) -> EpochMillis {
    model.with_rows(|rows| {
        let lock = rows.get_mut(key).and_then(|row| row.lock.as_mut());
        lock.map_or(end, |lock| std::mem::replace(&mut lock.end, end))
    })
}

/// Writes a record without data, and the data a moment later.
async fn creates_empty_first(model: &Model, call: CreateCall<'_>) -> Result<()> {
    let is_new =
        model.load(call.key, Freshness::AsConfigured).await.is_ok_and(|found| found.is_none());
    call.on(model).await?;
    if is_new {
        set_data(model, call.key, Payload::text(""));
        yield_now().await;
        set_data(model, call.key, call.record.payload.clone());
    }
    Ok(())
}

/// Creates a record without a deadline, and sets the deadline a moment later.
async fn sets_the_deadline_later(model: &Model, call: CreateCall<'_>) -> Result<()> {
    let Some(deadline) = call.record.deadline else {
        return call.on(model).await;
    };
    let endless = Record { deadline: None, ..call.record.clone() };
    CreateCall { record: &endless, ..call }.on(model).await?;
    yield_now().await;
    change_row(model, call.key, |row| row.record.deadline = Some(deadline));
    Ok(())
}

/// Removes the data first, and the record a moment later.
async fn empties_and_then_deletes(model: &Model, call: DeleteCall<'_>) -> Result<Deletion> {
    let before = model.with_rows(|rows| rows.get(call.key).cloned());
    let deletion = call.on(model).await?;
    if let (Deletion::Deleted, Some(before)) = (deletion, before) {
        model.with_rows(|rows| rows.insert(call.key.clone(), before));
        set_data(model, call.key, Payload::text(""));
        yield_now().await;
        model.with_rows(|rows| rows.remove(call.key));
    }
    Ok(deletion)
}

fn set_data(model: &Model, key: &Key, data: Payload) {
    change_row(model, key, |row| row.record.payload = data);
}

rejects! {
    applies_what_it_says_it_did_not = twisted(UnavailableWhereCallsMeet::that_applies())
        => [
            updates_at_once_leave_one_of_them_whole,
            an_update_that_races_a_deletion_revives_nothing,
            writes_of_successive_holders_are_kept,
        ];
    sets_the_deadline_later = twisted(in_steps::create(sets_the_deadline_later))
        => [a_dropped_creation_is_whole_or_not_at_all];
    creates_empty_first = twisted(in_steps::create(creates_empty_first))
        => [
            a_first_commit_dropped_at_any_await_is_whole_or_not_at_all,
            a_dropped_creation_is_whole_or_not_at_all,
        ];
    empties_and_then_deletes = twisted(in_steps::delete(empties_and_then_deletes))
        => [
            of_many_deletions_exactly_one_finds_the_session,
            a_dropped_deletion_is_whole_or_not_at_all,
            a_destruction_dropped_at_any_await_is_whole_or_not_at_all,
        ];
    looks_and_then_creates = twisted(in_steps::create(looks_and_then_creates)) => [of_many_creators_exactly_one_wins];
    looks_and_then_updates = twisted(in_steps::update(looks_and_then_updates))
        => [an_update_that_races_a_deletion_revives_nothing];
    removes_and_inserts = twisted(in_steps::update(removes_and_inserts))
        => [
            a_dropped_update_is_whole_or_not_at_all,
            of_many_updates_expecting_one_version_exactly_one_wins,
        ];
    releases_and_then_writes = twisted(in_steps::update(releases_and_then_writes))
        => [a_dropped_update_releases_only_with_its_write];
    creates_and_then_deletes_what_is_of_a_version = twisted(CreatesAndThenDeletes { names_a_version: true })
        => [
            a_commit_with_a_new_id_dropped_at_any_await_leaves_one_session,
            a_commit_with_a_new_id_that_is_dropped_releases_its_lock,
        ];
    creates_and_then_deletes = twisted(CreatesAndThenDeletes { names_a_version: false })
        => [
            a_rotation_that_loses_against_a_deletion_is_gone,
            of_many_rotations_of_one_key_exactly_one_wins,
        ];
    moves_and_then_writes = twisted(in_steps::rotate(moves_and_then_writes))
        => [
            a_dropped_rotation_leaves_one_record,
            a_commit_with_a_new_id_dropped_at_any_await_leaves_one_session,
        ];
    looks_and_then_deletes = twisted(in_steps::delete(looks_and_then_deletes))
        => [of_many_deletions_exactly_one_finds_the_session];
    locks_forever_first = twisted(in_steps::acquire(locks_for_ever_first))
        => [a_dropped_acquisition_locks_no_longer_than_its_lease];
}
