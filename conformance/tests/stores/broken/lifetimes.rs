//! Faults in the own lifetime of a record.

use crate::broken::rejects;
use crate::calls::{RotateCall, UpdateCall};
use crate::changes::{Rotates, Updates, now};
use crate::in_steps;
use crate::rules;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Model, Row, Rules};
use session_core::Result;
use session_core::error::Operation;
use session_core::random::OsRandom;
use session_core::store::{
    Change, Expect, Freshness, Key, OwnLifetime, SessionStore, Tag, Version,
};
use tokio::task::yield_now;

/// Changes the record that an operation leaves in place of another.
fn writes(faulty: Operation, change: fn(before: &Row, after: &mut Row)) -> impl Rules {
    rules::writes(faulty, move |before, after| {
        if let Some(before) = before {
            change(before, after);
        }
    })
}

/// Alters a change that sets a lifetime.
#[derive(Debug)]
struct Changes(fn(&mut Change));

#[async_trait]
impl Twist for Changes {
    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        let UpdateCall { change, .. } = call;
        let mut change = change.clone();
        if change.lifetime.is_some() {
            self.0(&mut change);
        }
        UpdateCall { change: &change, ..call }.on(model).await
    }
}

/// Sets the lifetime of a live record even if the update is rejected.
fn sets_it_whatever_is_expected(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    set(model, call.key, call.change.lifetime);
    now(call.on(model))
}

/// Writes the data first, and the lifetime a moment later.
async fn sets_it_in_a_second_step(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    let first = Change { lifetime: None, ..call.change.clone() };
    UpdateCall { change: &first, ..call }.on(model).await?;
    if call.change.lifetime.is_some() {
        yield_now().await;
        set(model, call.key, call.change.lifetime);
    }
    Ok(())
}

fn set(model: &Model, key: &Key, lifetime: Option<OwnLifetime>) {
    model.with_rows(|rows| {
        if let (Some(row), Some(OwnLifetime { idle, deadline })) = (rows.get_mut(key), lifetime) {
            row.record.idle = Some(idle);
            row.record.deadline = deadline;
        }
    });
}

/// Moves the old record with its lifetime, and changes data and expiry alone.
fn moves_the_lifetime_that_stands(model: &Model, call: RotateCall<'_>) -> Result<()> {
    let RotateCall { old, rotation, .. } = call;
    let mut rotation = rotation.clone();
    if let Some(found) = now(model.load(old, Freshness::Latest))? {
        rotation.record.idle = found.record.idle;
        rotation.record.deadline = found.record.deadline;
    }
    now(RotateCall { rotation: &rotation, ..call }.on(model))
}

/// Does not compare the version for a change that only sets a lifetime.
fn compares_no_version_of_a_lifetime(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    let UpdateCall { change, expect, .. } = call;
    let present = expect.as_lock().cloned().map_or(Expect::PRESENT, Expect::lock);
    let expect = if change.lifetime.is_some() { &present } else { expect };
    now(UpdateCall { expect, ..call }.on(model))
}

/// Writes another version with a lifetime, so a retry is not recognized.
fn draws_another_version(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    now(call.on(model))?;
    model.with_rows(|rows| {
        if let (Some(row), Some(_)) = (rows.get_mut(call.key), call.change.lifetime) {
            row.version = Version::tagged(Tag::draw(&OsRandom));
        }
    });
    Ok(())
}

rejects! {
    inherits_an_idle_timeout = ruled(writes(Operation::Create, |expired, new| {
        new.record.idle = new.record.idle.or(expired.record.idle);
    }))
        => [the_idle_timeout_of_an_expired_record_is_not_inherited];
    drops_the_idle_timeout_on_update = ruled(writes(Operation::Update, |before, after| {
        if before.record.idle == after.record.idle {
            after.record.idle = None;
        }
    }))
        => [
            an_own_idle_timeout_is_kept_by_touch_update_and_rotation,
            an_update_to_the_limit_is_kept,
        ];
    drops_the_idle_timeout_on_touch = ruled(writes(Operation::Touch, |_, after| {
        after.record.idle = None;
    }))
        => [
            a_touch_never_moves_the_expiry_backwards,
            an_own_idle_timeout_is_kept_by_touch_update_and_rotation,
        ];
    ignores_the_lifetime_of_an_update = twisted(Changes(|change| change.lifetime = None))
        => [an_update_sets_the_lifetime, a_lifetime_under_a_lock_is_one_write];
    sets_an_idle_timeout_and_no_deadline = ruled(writes(Operation::Update, |before, after| {
        after.record.deadline = before.record.deadline;
    }))
        => [an_update_sets_the_lifetime, a_lifetime_under_a_lock_is_one_write];
    sets_a_lifetime_whatever_is_expected = twisted(Updates(sets_it_whatever_is_expected))
        => [
            an_update_that_is_rejected_sets_no_lifetime,
            a_lifetime_is_set_with_a_merge,
            a_commit_that_is_rejected_sets_no_lifetime,
        ];
    sets_a_lifetime_in_a_second_step = twisted(in_steps::update(sets_it_in_a_second_step))
        => [
            a_commit_with_a_lifetime_dropped_at_any_await_is_whole_or_not_at_all,
            updates_at_once_leave_one_of_them_whole,
            a_dropped_update_is_whole_or_not_at_all,
        ];
    rotates_with_the_lifetime_that_stands = twisted(Rotates(moves_the_lifetime_that_stands))
        => [a_rotation_writes_the_lifetime_of_its_record, a_lifetime_and_a_new_id_are_one_write];
    compares_no_version_for_a_lifetime = twisted(Updates(compares_no_version_of_a_lifetime))
        => [
            an_update_that_is_rejected_sets_no_lifetime,
            a_commit_that_is_rejected_sets_no_lifetime,
        ];
    draws_another_version_with_a_lifetime = twisted(Updates(draws_another_version))
        => [a_repeated_update_that_set_a_lifetime_succeeds];
}
