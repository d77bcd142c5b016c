//! Faults in keys, payloads and their limits.

use crate::broken::rejects;
use crate::calls::{AcquireCall, LoadCall};
use crate::changes::{Acquires, now};
use crate::rules::{self, Does, FilesUnder};
use crate::twist::{Twist, ruled, ruled_and_twisted, twisted};
use async_trait::async_trait;
use session_conformance::{Lawful, Model, Rules};
use session_core::error::Operation;
use session_core::store::{Acquired, Capabilities, Freshness, Payload, SessionStore, Snapshot};
use session_core::{Error, ErrorKind, Result};

fn up_to_nul(key: &str) -> String {
    key.split('\0').next().unwrap_or_default().to_owned()
}

fn ascii(key: &str) -> String {
    key.chars().map(|character| if character.is_ascii() { character } else { '?' }).collect()
}

/// Changes every payload that is written.
fn stores(change: fn(&Payload) -> Payload) -> impl Rules {
    rules::writes(None, move |_, row| row.record.payload = change(&row.record.payload))
}

fn as_binary(payload: &Payload) -> Payload {
    Payload::binary(payload.as_bytes())
}

/// Stores empty data as binary, and so loses its kind.
fn as_binary_if_empty(payload: &Payload) -> Payload {
    if payload.is_empty() { as_binary(payload) } else { payload.clone() }
}

fn as_text_where_possible(payload: &Payload) -> Payload {
    match str::from_utf8(payload.as_bytes()) {
        Ok(text) => Payload::text(text),
        Err(_) => payload.clone(),
    }
}

fn as_text_with_losses(payload: &Payload) -> Payload {
    match payload {
        Payload::Text(_) => payload.clone(),
        Payload::Binary(bytes) => {
            Payload::binary(String::from_utf8_lossy(bytes).into_owned().into_bytes())
        }
    }
}

fn trimmed(payload: &Payload) -> Payload {
    match payload {
        Payload::Text(text) => Payload::text(text.trim()),
        Payload::Binary(_) => payload.clone(),
    }
}

/// Stores payloads of any size, but declares the limits of the model.
fn has_no_limits() -> impl Rules {
    Does(Lawful.capabilities().with_max_key_bytes(usize::MAX).with_max_record_bytes(usize::MAX))
}

#[derive(Debug)]
struct DeclaresLimits;

impl Twist for DeclaresLimits {
    fn capabilities(&self, _model: &Model) -> Capabilities {
        Lawful.capabilities()
    }
}

/// Accepts one byte less than it declares.
fn takes_one_byte_less() -> impl Rules {
    let bytes = Lawful.capabilities().max_record_bytes().expect("the model has a limit");
    Does(Lawful.capabilities().with_max_record_bytes(bytes - 1))
}

/// Accepts keys of one byte less than it declares.
fn takes_shorter_keys() -> impl Rules {
    let bytes = Lawful.capabilities().max_key_bytes().expect("the model has a limit");
    Does(Lawful.capabilities().with_max_key_bytes(bytes - 1))
}

/// Measures keys in characters instead of bytes.
#[derive(Debug)]
struct CountsCharacters;

#[async_trait]
impl Twist for CountsCharacters {
    fn capabilities(&self, _model: &Model) -> Capabilities {
        Lawful.capabilities()
    }

    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let limit = self.capabilities(model).max_key_bytes();
        if limit.is_some_and(|limit| call.key.as_str().chars().count() > limit) {
            return Err(Error::new(Operation::Load, ErrorKind::InvalidArgument));
        }
        call.on(model).await
    }
}

/// Accepts keys of any length.
fn takes_any_key() -> impl Rules {
    Does(Lawful.capabilities().with_max_key_bytes(usize::MAX))
}

/// Has no room for a lock beside a payload of the declared size.
fn keeps_no_room_for_a_lock(model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
    let limit = model.capabilities().max_record_bytes().expect("the model has a limit");
    let size = now(model.load(call.key, Freshness::AsConfigured))?
        .map_or(0, |found| found.record.payload.len())
        + 200;
    if size > limit {
        return Err(Error::new(Operation::Acquire, ErrorKind::TooLarge { size, limit }));
    }
    now(call.on(model))
}

rejects! {
    merges_keys_that_differ_in_case = ruled(FilesUnder(str::to_lowercase))
        => [
            keys_that_differ_in_case_are_isolated,
            locks_of_different_keys_are_independent,
            long_keys_that_differ_at_their_end_are_isolated,
        ];
    cuts_keys_at_nul = ruled(FilesUnder(up_to_nul)) => [keys_with_control_characters_are_isolated];
    trims_keys = ruled(FilesUnder(|key| key.trim_end().to_owned()))
        => [keys_that_begin_alike_are_isolated];
    squeezes_keys_into_ascii = ruled(FilesUnder(ascii)) => [keys_beyond_ascii_are_isolated];
    composes_accents_in_keys = ruled(FilesUnder(|key| key.replace("e\u{301}", "\u{e9}")))
        => [keys_beyond_ascii_are_isolated];
    replaces_separators_in_keys = ruled(FilesUnder(|key| key.replace(['/', ':'], "_")))
        => [keys_with_separators_are_isolated];
    drops_texts_kind = ruled(stores(as_binary)) => [an_update_may_change_the_kind];
    forgets_the_kind_of_empty_data = ruled(stores(as_binary_if_empty)) => [empty_text_is_data];
    takes_bytes_for_text = ruled(stores(as_text_where_possible))
        => [text_and_binary_of_equal_bytes_keep_their_kind, empty_binary_is_data];
    squeezes_bytes_into_text = ruled(stores(as_text_with_losses))
        => [
            binary_comes_back_byte_for_byte,
            an_update_may_change_the_kind,
            a_rotation_carries_data_of_either_kind,
        ];
    trims_text = ruled(stores(trimmed))
        => [text_comes_back_character_for_character, a_rotation_carries_data_of_either_kind];
    ignores_its_limits = ruled_and_twisted(has_no_limits(), DeclaresLimits)
        => [a_record_beyond_the_limit_is_too_large, a_key_beyond_the_limit_is_rejected];
    takes_one_byte_less = ruled_and_twisted(takes_one_byte_less(), DeclaresLimits)
        => [a_record_at_the_limit_is_kept];
    counts_characters_of_keys = ruled_and_twisted(takes_any_key(), CountsCharacters)
        => [a_key_beyond_the_limit_is_rejected];
    takes_shorter_keys = ruled_and_twisted(takes_shorter_keys(), DeclaresLimits)
        => [a_key_at_the_limit_is_kept, long_keys_that_differ_at_their_end_are_isolated];
    keeps_no_room_for_a_lock = twisted(Acquires(keeps_no_room_for_a_lock))
        => [a_record_at_the_limit_has_room_for_a_lock];
}
