//! Faults that show only at the last second, the last byte or the last bit.

use crate::broken::hostile_times::{Leases, in_32_bits};
use crate::broken::rejects;
use crate::calls::{AcquireCall, CreateCall, RotateCall, SweepCall, UpdateCall};
use crate::changes::{Acquires, Updates, now};
use crate::rules::{self, Does, FilesUnder};
use crate::twist::{Twist, ruled, ruled_and_twisted, twisted};
use async_trait::async_trait;
use session_conformance::{Lawful, Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{
    Acquired, Capabilities, Cursor, Freshness, Key, Payload, SessionStore, Sweep, SweepBudget,
};
use session_core::time::{IdleTimeout, Timestamp};
use session_core::{Error, ErrorKind, Result};
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::Duration;

/// Treats a record as expired in its last second, in one operation.
pub(super) fn ends_a_second_early(faulty: Operation) -> impl Rules {
    rules::is_live(faulty, |row, now| {
        !row.record.expires.is_over(now.saturating_add(Duration::from_secs(1)))
    })
}

/// Keeps as many bits of an expiry as this number has.
fn keeps_expiries_up_to(seconds: u64) -> impl Rules {
    let last = Timestamp::from_epoch_seconds(seconds);
    rules::writes(None, move |_, row| row.record.expires = row.record.expires.min(last))
}

/// Keeps as many bits of an idle timeout as this number has.
fn keeps_idle_timeouts_up_to(seconds: u64) -> impl Rules {
    let last = IdleTimeout::from_seconds(seconds);
    rules::writes(None, move |_, row| row.record.idle = row.record.idle.map(|idle| idle.min(last)))
}

/// Keeps as many bits of a deadline as this number has.
fn keeps_deadlines_up_to(seconds: u64) -> impl Rules {
    let last = Timestamp::from_epoch_seconds(seconds);
    rules::writes(None, move |_, Row { record, .. }| {
        record.deadline = record.deadline.map(|deadline| deadline.min(last));
    })
}

/// Cannot lock an empty record.
fn does_not_lock_the_empty(model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
    match now(model.load(call.key, Freshness::AsConfigured))? {
        Some(found) if found.record.payload.is_empty() => Ok(Acquired::Absent),
        _ => now(call.on(model)),
    }
}

/// Treats an empty record as a record without a version.
fn tells_no_version_of_the_empty(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    let found = now(model.load(call.key, Freshness::AsConfigured))?;
    let is_empty = found.is_some_and(|found| found.record.payload.is_empty());
    if is_empty && call.expect.as_version().is_some() {
        return Err(Error::new(Operation::Update, ErrorKind::Conflict));
    }
    now(call.on(model))
}

/// Treats a record without data as an orphan, with every expiry.
fn collects_the_empty() -> impl Rules {
    rules::is_live(Operation::Collect, |row, now| {
        !row.record.payload.is_empty() && !row.record.expires.is_over(now)
    })
}

/// Replaces bytes that are not UTF-8 in a rotation.
fn rotates_as_text() -> impl Rules {
    rules::writes(Operation::Rotate, |_, Row { record, .. }| {
        let text = String::from_utf8_lossy(record.payload.as_bytes()).into_owned();
        record.payload = match record.payload {
            Payload::Text(_) => Payload::text(text),
            Payload::Binary(_) => Payload::binary(text.into_bytes()),
        };
    })
}

/// Accepts one byte less than declared, in one operation.
#[derive(Debug)]
struct TakesLessIn(Operation);

impl TakesLessIn {
    fn admit(
        &self,
        model: &Model,
        operation: Operation,
        key: &Key,
        payload: &Payload,
    ) -> Result<()> {
        let limit = model.capabilities().max_record_bytes().expect("the model has a limit");
        let size = key.as_str().len() + payload.len() + 64;
        if operation == self.0 && size == limit {
            return Err(Error::new(operation, ErrorKind::TooLarge { size: size + 1, limit }));
        }
        Ok(())
    }
}

#[async_trait]
impl Twist for TakesLessIn {
    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        self.admit(model, Operation::Update, call.key, &call.change.payload)?;
        call.on(model).await
    }

    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        self.admit(model, Operation::Rotate, call.new, &call.rotation.record.payload)?;
        call.on(model).await
    }
}

/// Accepts more bytes than it declares.
fn has_room() -> impl Rules {
    Does(Lawful.capabilities().with_max_record_bytes(usize::MAX))
}

/// Measures text in characters instead of bytes.
#[derive(Debug)]
struct CountsCharacters;

#[async_trait]
impl Twist for CountsCharacters {
    fn capabilities(&self, _model: &Model) -> Capabilities {
        Lawful.capabilities()
    }

    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        let limit = Lawful.capabilities().max_record_bytes().expect("the model has a limit");
        let length = match &call.record.payload {
            Payload::Text(text) => text.chars().count(),
            Payload::Binary(bytes) => bytes.len(),
        };
        let size = call.key.as_str().len() + length + 64;
        if size > limit {
            return Err(Error::new(Operation::Create, ErrorKind::TooLarge { size, limit }));
        }
        call.on(model).await
    }
}

/// Deletes in later steps only the records that were expired at the first one.
#[derive(Debug, Default)]
struct SweepsByTheTimeOfTheFirstStep(Mutex<Vec<Key>>);

#[async_trait]
impl Twist for SweepsByTheTimeOfTheFirstStep {
    async fn sweep(&self, model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
        let SweepCall { budget, from } = call;
        if from.is_none() {
            let before = model.with_rows(|rows| rows.clone());
            SweepCall {
                budget: &SweepBudget { max_records: NonZeroUsize::MAX, ..*budget },
                from: None,
            }
            .on(model)
            .await?;
            let after = model.with_rows(|rows| std::mem::replace(rows, before.clone()));
            let deleted = before.into_keys().filter(|key| !after.contains_key(key)).collect();
            *self.0.lock().expect("no test panics under this lock") = deleted;
        }
        let sweep = call.on(model).await?;
        let deleted = self.0.lock().expect("no test panics under this lock").clone();
        let (from, to) = (from.map(Cursor::expose), sweep.next.as_ref().map(Cursor::expose));
        let is_seen = |key: &Key| {
            from.is_none_or(|from| key.as_str() > from) && to.is_none_or(|to| key.as_str() <= to)
        };
        model.with_rows(|rows| rows.retain(|key, _| !(is_seen(key) && deleted.contains(key))));
        Ok(sweep)
    }
}

rejects! {
    loads_up_to_a_second_early = ruled(ends_a_second_early(Operation::Load))
        => [a_record_is_live_up_to_its_expiry];
    updates_up_to_a_second_early = ruled(ends_a_second_early(Operation::Update))
        => [a_session_can_be_updated_up_to_its_expiry, a_held_session_outlives_its_expiry];
    creates_a_second_early = ruled(ends_a_second_early(Operation::Create))
        => [a_record_is_not_replaced_before_its_expiry];
    rotates_up_to_a_second_early = ruled(ends_a_second_early(Operation::Rotate))
        => [a_session_can_be_rotated_up_to_its_expiry];
    locks_up_to_a_second_early = ruled(ends_a_second_early(Operation::Acquire))
        => [a_session_can_be_locked_up_to_its_expiry];
    deletes_up_to_a_second_early = ruled(ends_a_second_early(Operation::Delete))
        => [a_deletion_finds_a_session_up_to_its_expiry];
    keeps_expiries_in_31_bits = ruled(keeps_expiries_up_to((1 << 31) - 1))
        => [an_expiry_in_the_far_future_comes_back, a_lease_beyond_the_last_time_is_held];
    keeps_expiries_in_32_bits = ruled(keeps_expiries_up_to((1 << 32) - 1))
        => [an_expiry_in_the_far_future_comes_back, a_lease_beyond_the_last_time_is_held];
    keeps_idle_timeouts_in_32_bits = ruled(keeps_idle_timeouts_up_to((1 << 32) - 1))
        => [an_idle_timeout_comes_back];
    keeps_deadlines_in_32_bits = ruled(keeps_deadlines_up_to((1 << 32) - 1))
        => [a_deadline_comes_back];
    counts_leases_in_32_bits = twisted(Leases(None, in_32_bits)) => [a_lease_beyond_the_last_time_is_held];
    cuts_keys_at_255_characters = ruled(FilesUnder(|key| key.chars().take(255).collect()))
        => [long_keys_that_differ_at_their_end_are_isolated];
    does_not_lock_the_empty = twisted(Acquires(does_not_lock_the_empty))
        => [an_empty_session_is_as_live_as_any, writes_of_successive_holders_are_kept];
    tells_no_version_of_the_empty = twisted(Updates(tells_no_version_of_the_empty))
        => [an_update_may_expect_the_version_read];
    collects_the_empty = ruled(collects_the_empty()) => [an_empty_session_is_as_live_as_any];
    rotates_bytes_as_text = ruled(rotates_as_text()) => [a_rotation_carries_data_of_either_kind];
    takes_a_byte_less_in_an_update = twisted(TakesLessIn(Operation::Update))
        => [an_update_to_the_limit_is_kept];
    takes_a_byte_less_in_a_rotation = twisted(TakesLessIn(Operation::Rotate))
        => [a_rotation_to_the_limit_is_kept];
    measures_text_by_its_characters = ruled_and_twisted(has_room(), CountsCharacters)
        => [text_beyond_ascii_is_measured_in_bytes];
    sweeps_by_the_time_of_the_first_step = twisted(SweepsByTheTimeOfTheFirstStep::default())
        => [each_step_of_a_sweep_goes_by_its_own_time];
}
