//! Faults that change data in one operation, or of one kind.

use crate::broken::rejects;
use crate::calls::{CreateCall, LoadCall, RotateCall, UpdateCall};
use crate::changes::{Creates, Loads, Rotates, Updates, now};
use crate::rules;
use crate::twist::{ruled, twisted};
use session_conformance::{Model, Rules};
use session_core::error::Operation;
use session_core::store::{Payload, PayloadKind, SessionStore, Snapshot};
use session_core::{Error, ErrorKind, Result};

/// Changes every payload that one operation writes.
fn writes(faulty: Operation, change: fn(&Payload) -> Payload) -> impl Rules {
    rules::writes(faulty, move |_, row| row.record.payload = change(&row.record.payload))
}

fn as_text(payload: &Payload, change: impl FnOnce(&str) -> String) -> Payload {
    match payload {
        Payload::Text(text) => Payload::text(change(text)),
        Payload::Binary(_) => payload.clone(),
    }
}

fn trimmed(payload: &Payload) -> Payload {
    as_text(payload, |text| text.trim().to_owned())
}

fn with_unix_line_ends(payload: &Payload) -> Payload {
    as_text(payload, |text| text.replace("\r\n", "\n"))
}

fn up_to_nul(payload: &Payload) -> Payload {
    as_text(payload, |text| text.split('\0').next().unwrap_or_default().to_owned())
}

fn with_losses(payload: &Payload) -> Payload {
    match payload {
        Payload::Text(_) => payload.clone(),
        Payload::Binary(bytes) => Payload::binary(String::from_utf8_lossy(bytes).as_bytes()),
    }
}

/// Stores only three quarters of the declared size of binary data.
fn takes_three_quarters(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    if let Some(limit) = model.capabilities().max_record_bytes()
        && call.change.payload.kind() == PayloadKind::Binary
        && call.change.payload.len() > limit / 4 * 3
    {
        let size = call.key.as_str().len() + call.change.payload.len() + 64;
        return Err(Error::new(Operation::Update, ErrorKind::TooLarge { size, limit }));
    }
    now(call.on(model))
}

fn in_kilobytes(error: &Error) -> Error {
    match error.kind() {
        ErrorKind::TooLarge { size, limit } => {
            let kind = ErrorKind::TooLarge { size, limit: limit / 1_000 };
            Error::new(error.operation(), kind)
        }
        kind => Error::new(error.operation(), kind),
    }
}

/// Names a size with the overhead of its database, which no limit counts.
fn names_another_size(model: &Model, call: CreateCall<'_>) -> Result<()> {
    let created = now(call.on(model));
    created.map_err(|error| match error.kind() {
        ErrorKind::TooLarge { size, limit } => {
            let kind = ErrorKind::TooLarge { size: size + 8_192, limit };
            Error::new(error.operation(), kind)
        }
        _ => error,
    })
}

/// Names its limits in other units than bytes.
fn names_limits_in_kilobytes(model: &Model, call: RotateCall<'_>) -> Result<()> {
    let rotated = now(call.on(model));
    rotated.map_err(|error| in_kilobytes(&error))
}

/// Names another limit for a key than it declares, in one operation.
fn names_another_key_limit(model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
    let loaded = now(call.on(model));
    loaded.map_err(|error| match error.kind() {
        ErrorKind::InvalidArgument => error.with_detail("the call.key takes 1025 bytes of 2048"),
        _ => error,
    })
}

rejects! {
    trims_text_in_an_update = ruled(writes(Operation::Update, trimmed))
        => [text_comes_back_character_for_character];
    replaces_line_ends_in_an_update = ruled(writes(Operation::Update, with_unix_line_ends))
        => [text_comes_back_character_for_character];
    cuts_text_at_nul_in_a_rotation = ruled(writes(Operation::Rotate, up_to_nul))
        => [text_comes_back_character_for_character, a_rotation_carries_data_of_either_kind];
    stores_bytes_with_losses_in_an_update = ruled(writes(Operation::Update, with_losses))
        => [
            binary_comes_back_byte_for_byte,
            an_update_may_change_the_kind,
            an_update_to_the_limit_is_kept,
        ];
    names_another_size_than_it_counts = twisted(Creates(names_another_size))
        => [a_record_beyond_the_limit_is_too_large];
    takes_three_quarters_of_bytes_in_an_update = twisted(Updates(takes_three_quarters))
        => [an_update_to_the_limit_is_kept];
    names_the_limit_of_a_rotation_in_kilobytes = twisted(Rotates(names_limits_in_kilobytes))
        => [a_rotation_beyond_the_limit_changes_nothing, a_key_beyond_the_limit_is_rejected];
    names_another_limit_of_keys = twisted(Loads(names_another_key_limit))
        => [a_key_beyond_the_limit_is_rejected];
}
