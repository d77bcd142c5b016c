//! Faults in versions and in the record after an update.

use crate::broken::rejects;
use crate::calls::{LoadCall, UpdateCall};
use crate::changes::{Loads, Updates, now};
use crate::content::{ComparesContent, DeclaresContent, RecognizesEqualContent};
use crate::in_steps;
use crate::rules;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{Expect, Freshness, Record, SessionStore, Snapshot, Version};
use session_core::{Error, ErrorKind, Result};
use tokio::task::yield_now;

/// Lets a write through whatever version it expects, in one operation or in all.
fn ignores_the_version(faulty: impl Into<Option<Operation>>) -> impl Rules {
    rules::is_expected(faulty, |_, _| true)
}

/// Lets "none yet" stand for every version, in one operation.
fn takes_none_yet_for_anything(faulty: Operation) -> impl Rules {
    rules::is_expected(faulty, |version, expected| {
        *expected == Version::NONE || version == expected
    })
}

/// Requires of an update that expects "none yet" only that no record has a tag.
fn takes_absence_for_none_yet(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    let updated = now(call.on(model));
    let is_gone = matches!(&updated, Err(error) if error.kind() == ErrorKind::Gone);
    if !is_gone || call.expect.as_version() != Some(&Version::NONE) {
        return updated;
    }
    let (payload, expires) = (call.change.payload.clone(), call.change.expires);
    let record = Record { payload, expires, deadline: None, idle: None };
    now(model.create(call.key, &record, call.version))
}

/// Does not write what is in the record already.
#[derive(Debug)]
struct UpdatesNoEqual(Result<(), ErrorKind>);

#[async_trait]
impl Twist for UpdatesNoEqual {
    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        let found = model.load(call.key, Freshness::Latest).await?;
        let is_equal = |found: &Snapshot| {
            let Record { payload, expires, .. } = &found.record;
            call.change.lifetime.is_none()
                && *payload == call.change.payload
                && *expires == call.change.expires
        };
        if found.is_some_and(|found| is_equal(&found)) {
            return self.0.map_err(|kind| Error::new(Operation::Update, kind));
        }
        call.on(model).await
    }
}

/// Compares the version, and writes a moment later.
async fn compares_and_then_writes(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    let UpdateCall { key, expect, .. } = call;
    let found = model.load(key, Freshness::AsConfigured).await?;
    let is_current = found.is_some_and(|found| Some(&found.version) == expect.as_version());
    yield_now().await;
    let fence = expect.as_lock().cloned().map_or(Expect::PRESENT, Expect::lock);
    let expect = if is_current { &fence } else { expect };
    UpdateCall { expect, ..call }.on(model).await
}

/// Stores versions, but does not return them.
fn tells_no_version(model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
    let version = Version::NONE;
    let found = now(call.on(model))?;
    Ok(found.map(|found| Snapshot { version, ..found }))
}

/// Extends the record when it is written, never shortens it.
fn keeps_a_later_expiry(before: Option<&Row>, after: &mut Row) {
    if let Some(before) = before {
        after.record.expires = after.record.expires.max(before.record.expires);
    }
}

rejects! {
    ignores_the_version = ruled(ignores_the_version(None))
        => [an_update_expecting_another_version_is_a_conflict];
    takes_none_yet_for_anything_on_update = ruled(takes_none_yet_for_anything(Operation::Update))
        => [
            an_update_expecting_another_version_is_a_conflict,
            a_held_lock_and_another_version_is_a_conflict,
        ];
    takes_none_yet_for_anything_on_touch = ruled(takes_none_yet_for_anything(Operation::Touch))
        => [a_touch_expecting_another_version_is_a_conflict];
    takes_none_yet_for_anything_on_rotate = ruled(takes_none_yet_for_anything(Operation::Rotate))
        => [a_rotation_expecting_another_version_is_a_conflict];
    takes_none_yet_for_anything_on_delete = ruled(takes_none_yet_for_anything(Operation::Delete))
        => [
            a_deletion_expecting_another_version_is_a_conflict,
            a_held_lock_and_another_version_is_a_conflict,
        ];
    takes_absence_for_none_yet = twisted(Updates(takes_absence_for_none_yet)) => [gone_comes_before_conflict];
    takes_an_equal_update_for_gone = twisted(UpdatesNoEqual(Err(ErrorKind::Gone)))
        => [an_update_that_changes_nothing_is_a_write];
    skips_an_equal_update = twisted(UpdatesNoEqual(Ok(())))
        => [
            an_update_that_changes_nothing_is_a_write,
            changes_of_one_piece_are_a_conflict,
            of_equal_updates_expecting_one_version_exactly_one_wins,
        ];
    ignores_the_version_on_touch = ruled(ignores_the_version(Operation::Touch))
        => [
            a_touch_expecting_another_version_is_a_conflict,
            a_repeated_touch_of_another_version_is_a_conflict,
        ];
    ignores_the_version_on_delete = ruled(ignores_the_version(Operation::Delete))
        => [
            a_deletion_expecting_another_version_is_a_conflict,
            a_held_lock_and_another_version_is_a_conflict,
        ];
    ignores_the_version_on_rotate = ruled(ignores_the_version(Operation::Rotate))
        => [a_rotation_expecting_another_version_is_a_conflict];
    tells_no_version = twisted(Loads(tells_no_version)) => [an_update_may_expect_the_version_read];
    compares_content_and_does_not_say_so = ruled(ComparesContent)
        => [of_equal_updates_expecting_one_version_exactly_one_wins];
    takes_equal_content_for_its_own = ruled(RecognizesEqualContent)
        => [of_equal_updates_expecting_one_version_exactly_one_wins];
    declares_content_and_keeps_tags = ruled(DeclaresContent)
        => [undeclared_capabilities_are_rejected];
    compares_and_then_writes = twisted(in_steps::update(compares_and_then_writes))
        => [
            of_many_updates_expecting_one_version_exactly_one_wins,
            of_equal_updates_expecting_one_version_exactly_one_wins,
            concurrent_changes_of_pieces_are_merged_or_conflict,
        ];
    drops_the_deadline_on_update = ruled(rules::writes(Operation::Update, |_, row| row.record.deadline = None))
        => [an_update_keeps_the_deadline];
    forgets_the_version_on_touch = ruled(rules::writes(Operation::Touch, |_, row| row.version = Version::NONE))
        => [a_touch_keeps_the_version];
    forgets_the_version_on_update = ruled(rules::writes(Operation::Update, |_, row| row.version = Version::NONE))
        => [an_update_expecting_another_version_is_a_conflict];
    forgets_the_version_on_renew = ruled(rules::writes(Operation::Renew, |_, row| row.version = Version::NONE))
        => [a_held_lock_and_another_version_is_a_conflict];
    releases_on_every_update = ruled(rules::writes(Operation::Update, |_, row| row.lock = None))
        => [the_holder_writes_and_keeps_its_lock];
    never_shortens_a_life_on_update = ruled(rules::writes(Operation::Update, keeps_a_later_expiry))
        => [an_updated_record_is_loaded];
}
