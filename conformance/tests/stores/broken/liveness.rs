//! Faults in the distinction of live and expired records.

use crate::broken::rejects;
use crate::calls::{LoadCall, TouchCall, UpdateCall};
use crate::changes::{Loads, Touches, Updates, now, plain};
use crate::rules;
use crate::twist::{ruled, twisted};
use session_conformance::{Model, Rules};
use session_core::error::Operation;
use session_core::store::{Payload, SessionStore, Snapshot, Tag};
use session_core::{Error, ErrorKind, Result};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// Treats every record as live in one operation.
fn ignores_expiry(faulty: Operation) -> impl Rules {
    rules::is_live(faulty, |_, _| true)
}

fn resurrects_on_update(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    let updated = now(call.on(model));
    match updated {
        Err(error) if error.kind() == ErrorKind::Gone => {
            let record = plain(call.change.payload.clone(), call.change.expires);
            now(model.create(call.key, &record, call.version))
        }
        updated => updated,
    }
}

fn touch_recreates(model: &Model, call: TouchCall<'_>) -> Result<()> {
    let touched = now(call.on(model));
    match touched {
        Err(error) if error.kind() == ErrorKind::Gone => {
            let record = plain(Payload::text(""), call.touch.expires);
            now(model.create(call.key, &record, &Tag::from_bytes([0; Tag::BYTES])))
        }
        touched => touched,
    }
}

fn empty_is_absence(model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
    let found = now(call.on(model))?;
    Ok(found.filter(|found| !found.record.payload.is_empty()))
}

#[expect(clippy::unnecessary_wraps, reason = "it has the type of its operation")]
fn takes_errors_for_absence(model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
    Ok(now(call.on(model)).unwrap_or_default())
}

/// Returns an error for an absent record.
fn takes_absence_for_an_error(model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
    let is_known = model.with_rows(|rows| rows.contains_key(call.key));
    match now(call.on(model))? {
        None if !is_known => Err(Error::new(Operation::Load, ErrorKind::Unavailable)),
        found => Ok(found),
    }
}

rejects! {
    returns_expired_records = ruled(ignores_expiry(Operation::Load))
        => [a_record_is_expired_from_its_expiry_on];
    updates_expired_records = ruled(ignores_expiry(Operation::Update))
        => [update_of_an_expired_session_is_gone, gone_comes_before_conflict];
    touches_expired_records = ruled(ignores_expiry(Operation::Touch))
        => [
            touch_of_an_expired_session_is_gone,
            gone_comes_before_conflict,
            gone_comes_before_lock_lost_and_locked,
        ];
    rotates_expired_records = ruled(ignores_expiry(Operation::Rotate))
        => [rotation_of_an_expired_session_is_gone];
    deletes_expired_records_as_live = ruled(ignores_expiry(Operation::Delete))
        => [
            a_deletion_of_an_expired_session_finds_nothing,
            gone_comes_before_conflict,
            gone_comes_before_lock_lost_and_locked,
        ];
    locks_expired_records = ruled(ignores_expiry(Operation::Acquire))
        => [gone_comes_before_lock_lost_and_locked, acquire_of_an_expired_session_is_absent];
    rejects_to_create_over_the_expired = ruled(ignores_expiry(Operation::Create))
        => [an_expired_record_is_replaced];
    keeps_records_a_second_too_long = ruled(rules::is_live(None, |row, now| !row.record.expires.is_over(now.saturating_sub(SECOND))))
        => [a_record_is_expired_from_its_expiry_on];
    drops_records_a_second_too_early = ruled(rules::is_live(None, |row, now| !row.record.expires.is_over(now.saturating_add(SECOND))))
        => [a_record_is_live_up_to_its_expiry];
    resurrects_on_update = twisted(Updates(resurrects_on_update))
        => [update_of_an_unknown_session_is_gone, update_of_a_deleted_session_is_gone];
    recreates_on_touch = twisted(Touches(touch_recreates))
        => [touch_of_a_deleted_session_is_gone, touch_of_an_expired_session_is_gone];
    takes_empty_data_for_absence = twisted(Loads(empty_is_absence)) => [empty_text_is_data];
    takes_errors_for_absence = twisted(Loads(takes_errors_for_absence))
        => [a_key_beyond_the_limit_is_rejected];
    takes_absence_for_an_error = twisted(Loads(takes_absence_for_an_error)) => [an_unknown_key_loads_as_none];
}
