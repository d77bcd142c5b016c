use super::{codec, may_have_references};
use serde_json::Value as Json;
use session_core::codec::Codec;
use session_core::store::Payload;
use session_core::{Error, ErrorKind};
use session_php::{Format, Partial};

/// Changes all lists of a session through a type, and reads them again.
///
/// A change of a value that references share changes it for all of them. For such a session, the
/// check only requires that it is written or rejected.
///
/// # Panics
///
/// If the codec panics, or the type reads something else than it wrote.
pub(super) fn changing(format: Format, payload: &Payload) {
    let Ok(mut partial): Result<Partial<Json>, _> = codec(format).decode(payload) else { return };
    turn(&mut partial);
    let may_share = may_have_references(payload.as_bytes());
    match codec(format).encode(&partial) {
        Ok(_) if may_share => {}
        Ok(encoded) => {
            let again: Json = codec(format).decode(&encoded).expect("it was encoded");
            let is_same = as_php_has_it(again) == as_php_has_it(partial.into_inner());
            assert!(is_same, "the type lost data");
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
            assert!(is_expected(&error), "{error}");
        }
    }
}

/// Whether the limits are reached, or only PHP can count references of the session.
fn is_expected(error: &Error) -> bool {
    let error = error.to_string();
    let reasons = ["than the limit of", "references in or after"];
    reasons.iter().any(|reason| error.contains(reason))
}

/// Reverses every list, changes its new last element, and adds one.
fn turn(json: &mut Json) {
    match json {
        Json::Array(elements) => {
            elements.first_mut().into_iter().for_each(turn);
            elements.reverse();
            elements.push(7.into());
        }
        Json::Object(entries) => entries.values_mut().for_each(turn),
        _ => {}
    }
}

/// PHP has one kind of array, so a map may come back as an equal list.
fn as_php_has_it(json: Json) -> Json {
    match json {
        Json::Array(elements) => elements.into_iter().map(as_php_has_it).collect(),
        Json::Object(entries) => {
            let is_list = entries.keys().enumerate().all(|(at, key)| *key == at.to_string());
            let entries = entries.into_iter().map(|(key, value)| (key, as_php_has_it(value)));
            if is_list {
                Json::Array(entries.map(|(_, value)| value).collect())
            } else {
                Json::Object(entries.collect())
            }
        }
        other => other,
    }
}
