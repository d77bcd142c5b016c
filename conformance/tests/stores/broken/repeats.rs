//! Faults in recognizing a retry of the same call.

use crate::broken::rejects;
use crate::calls::{CreateCall, RotateCall, UpdateCall};
use crate::changes::{Rotates, Updates, now};
use crate::rules;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Fixture, Model, Rules};
use session_core::error::Operation;
use session_core::store::{Freshness, Key, SessionStore, Tag};
use session_core::time::{Clock, EpochMillis, ManualClock};
use session_core::{Error, ErrorKind, Result};
use std::sync::Mutex;

/// Takes every repetition of one operation for another call.
fn does_not_recognize(faulty: Operation) -> impl Rules {
    rules::is_repeated(faulty, |_, _| false)
}

/// Takes every call of one operation for a repetition of its own.
fn recognizes_anybodys(faulty: Operation) -> impl Rules {
    rules::is_repeated(faulty, |_, _| true)
}

/// Treats a conflict as the effect of its own earlier attempt.
fn guesses_that_it_was_itself(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    match now(call.on(model)) {
        Err(error) if error.kind() == ErrorKind::Conflict => Ok(()),
        updated => updated,
    }
}

/// Recognizes an update by its version alone, and repeats even a rejection.
#[derive(Debug, Default)]
struct RepeatsItsConflicts(Mutex<Vec<Tag>>);

#[async_trait]
impl Twist for RepeatsItsConflicts {
    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        if self.0.lock().expect("no test panics under this lock").contains(call.version) {
            return Err(Error::new(Operation::Update, ErrorKind::Conflict));
        }
        let updated = call.on(model).await;
        if matches!(&updated, Err(error) if error.kind() == ErrorKind::Conflict) {
            self.0.lock().expect("no test panics under this lock").push(*call.version);
        }
        updated
    }
}

/// Recognizes its own rotation only until the clock moves.
#[derive(Debug)]
struct ForgetsItsRotationAMomentLater {
    clock: ManualClock,
    rotated_at: Mutex<Option<EpochMillis>>,
}

impl ForgetsItsRotationAMomentLater {
    fn fixture(clock: ManualClock) -> Fixture {
        twisted(Self { clock: clock.clone(), rotated_at: Mutex::default() })(clock)
    }
}

#[async_trait]
impl Twist for ForgetsItsRotationAMomentLater {
    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        let now = self.clock.now();
        let is_first = model.with_rows(|rows| rows.contains_key(call.old));
        call.on(model).await?;
        let mut rotated_at = self.rotated_at.lock().expect("no test panics under this lock");
        if !is_first && *rotated_at != Some(now) {
            return Err(Error::new(Operation::Rotate, ErrorKind::Gone));
        }
        *rotated_at = Some(now);
        Ok(())
    }
}

/// Recognizes its own rotation by the old key, which has no record then.
fn recognizes_by_the_old_key(model: &Model, call: RotateCall<'_>) -> Result<()> {
    let is_old_there = now(model.load(call.old, Freshness::AsConfigured))?.is_some();
    if is_old_there && now(model.load(call.new, Freshness::AsConfigured))?.is_some() {
        let unknown = Tag::from_bytes([0xee; Tag::BYTES]);
        return now(RotateCall { version: &unknown, ..call }.on(model));
    }
    now(call.on(model))
}

/// Recognizes a call by the tags that it remembers, whatever became of the record.
#[derive(Debug)]
struct RemembersTags {
    operation: Operation,
    /// Whether it remembers every tag of a key, or the last one.
    every: bool,
    memory: Mutex<Vec<(Key, Tag)>>,
}

impl RemembersTags {
    const fn of(operation: Operation, every: bool) -> Self {
        Self { operation, every, memory: Mutex::new(Vec::new()) }
    }

    async fn once(
        &self,
        operation: Operation,
        (key, tag): (&Key, &Tag),
        call: impl Future<Output = Result<()>> + Send,
    ) -> Result<()> {
        let entry = (key.clone(), *tag);
        let memory = || self.memory.lock().expect("no test panics under this lock");
        if operation == self.operation && memory().contains(&entry) {
            return Ok(());
        }
        call.await?;
        memory().retain(|(known, _)| self.every || known != key);
        memory().push(entry);
        Ok(())
    }
}

#[async_trait]
impl Twist for RemembersTags {
    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        self.once(Operation::Create, (call.key, call.version), call.on(model)).await
    }

    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        self.once(Operation::Update, (call.key, call.version), call.on(model)).await
    }
}

/// Recognizes its own update only as long as nobody has the lock.
fn recognizes_what_is_unlocked() -> impl Rules {
    rules::is_repeated(Operation::Update, |row, written| {
        row.lock.is_none() && row.version == *written
    })
}

rejects! {
    remembers_the_last_creation_of_a_key = twisted(RemembersTags::of(Operation::Create, false))
        => [a_repeated_creation_is_judged_by_the_record];
    remembers_every_creation = twisted(RemembersTags::of(Operation::Create, true))
        => [
            a_repeated_creation_is_judged_by_the_record,
            a_repeated_creation_does_not_undo_a_later_write,
        ];
    remembers_the_last_update_of_a_key = twisted(RemembersTags::of(Operation::Update, false))
        => [a_repeated_update_is_judged_by_the_record];
    remembers_every_update = twisted(RemembersTags::of(Operation::Update, true))
        => [
            a_repeated_update_is_judged_by_the_record,
            a_repeated_update_does_not_undo_a_later_write,
            a_repeated_update_that_released_its_lock_succeeds,
        ];
    recognizes_its_update_while_nobody_has_the_lock = ruled(recognizes_what_is_unlocked())
        => [
            a_repeated_update_is_judged_by_the_record,
            a_repeated_update_that_released_its_lock_succeeds,
        ];
    does_not_recognize_its_own_creation = ruled(does_not_recognize(Operation::Create))
        => [a_repeated_creation_succeeds, a_repeated_creation_is_judged_by_the_record];
    does_not_recognize_its_own_update = ruled(does_not_recognize(Operation::Update))
        => [a_repeated_update_succeeds, a_repeated_update_that_set_a_lifetime_succeeds];
    does_not_recognize_its_own_rotation = ruled(does_not_recognize(Operation::Rotate))
        => [
            a_repeated_rotation_succeeds,
            a_repeated_rotation_succeeds_whatever_took_the_old_key,
            a_repeated_rotation_of_a_locked_session_succeeds,
        ];
    forgets_its_rotation_a_moment_later = ForgetsItsRotationAMomentLater::fixture
        => [a_repeated_rotation_succeeds];
    recognizes_its_rotation_by_the_old_key = twisted(Rotates(recognizes_by_the_old_key))
        => [a_repeated_rotation_succeeds_whatever_took_the_old_key];
    takes_anothers_creation_for_its_own = ruled(recognizes_anybodys(Operation::Create))
        => [a_live_record_is_not_created_again];
    takes_anothers_update_for_its_own = ruled(recognizes_anybodys(Operation::Update))
        => [an_update_expecting_another_version_is_a_conflict];
    repeats_its_conflicts = twisted(RepeatsItsConflicts::default())
        => [
            changes_of_different_pieces_are_merged,
            a_lifetime_is_set_with_a_merge,
            a_lifetime_for_unchanged_data_keeps_the_write_of_another,
        ];
    guesses_that_a_conflict_was_its_own = twisted(Updates(guesses_that_it_was_itself))
        => [an_update_expecting_another_version_is_a_conflict];
    takes_anothers_rotation_for_its_own = ruled(recognizes_anybodys(Operation::Rotate))
        => [
            a_rotation_onto_a_live_record_is_rejected,
            the_record_of_another_is_no_repeated_rotation,
            rejections_of_the_old_key_come_before_already_exists,
        ];
}
