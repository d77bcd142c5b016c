//! The sessions of all measurements: twenty strings by name, a kilobyte in all.

use session_core::store::{Key, Payload, Record, Tag};
use session_core::time::{Clock, SystemClock, Timestamp};
use session_core::{KeyScheme, SessionId};
use std::fmt::Write;
use std::time::Duration;

/// How long sessions live after a write.
///
/// None expires by accident during a measurement.
pub const HOUR: Duration = Duration::from_hours(1);

/// How many strings a session has.
pub(crate) const FIELDS: usize = 20;

/// The digits of a value that a change counts up.
const STAMP_DIGITS: usize = 10;

/// The name of a string.
pub fn name(field: usize) -> String {
    format!("field_{field:02}")
}

/// The value of a string, 36 characters long, that differs with each argument.
pub fn value(session: usize, field: usize, stamp: u64) -> String {
    format!("{session:09}, {field:02}; last write {stamp:0STAMP_DIGITS$}")
}

/// The data of a session as a map or whatever else is made of names and values.
pub fn fields<C: FromIterator<(String, String)>>(session: usize) -> C {
    (0..FIELDS).map(|field| (name(field), value(session, field, 0))).collect()
}

/// The data of a session as JSON text.
///
/// # Panics
///
/// Never: a string takes all that is written.
pub fn json(session: usize) -> String {
    let mut text = String::from("{");
    for field in 0..FIELDS {
        let comma = if field == 0 { "" } else { "," };
        let (name, value) = (name(field), value(session, field, 0));
        write!(text, "{comma}\"{name}\":\"{value}\"").expect("a string takes all that is written");
    }
    text.push('}');
    text
}

/// The same text with another stamp in its last value.
pub fn stamped(json: &str, stamp: u64) -> String {
    let kept = json.len() - STAMP_DIGITS - "\"}".len();
    format!("{}{stamp:0STAMP_DIGITS$}\"}}", &json[..kept])
}

/// The id of a session, as a client presents it.
pub fn id(session: usize) -> String {
    format!("{session:032x}")
}

/// The key of a session, made as `Sessions` makes it by default.
///
/// # Panics
///
/// Never: the ids are well formed.
pub fn key(session: usize) -> Key {
    SessionId::parse(&id(session))
        .and_then(|id| KeyScheme::Hashed.key(&id))
        .expect("the ids are well formed")
}

/// The payload of a session.
pub fn payload(session: usize) -> Payload {
    Payload::text(json(session))
}

/// The record of a session that lives for an hour from now on.
pub(crate) fn record(session: usize) -> Record {
    Record { payload: payload(session), expires: in_an_hour(), deadline: None, idle: None }
}

/// The expiry of a session that is written now.
pub(crate) fn in_an_hour() -> Timestamp {
    SystemClock.now().timestamp().saturating_add(HOUR)
}

/// The payload after a change, copied as a change copies it.
pub(crate) fn changed(payload: &Payload, stamp: u64) -> Payload {
    let Payload::Text(json) = payload else { unreachable!("every payload here is text") };
    Payload::text(stamped(json, stamp))
}

/// The version that each session is created with.
pub(crate) const FIRST: Tag = Tag::from_bytes([0; Tag::BYTES]);
