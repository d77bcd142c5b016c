//! Short helpers for codecs and sessions.

use serde::Serialize;
use serde::de::DeserializeOwned;
use session_core::codec::Codec;
use session_core::store::{Payload, PayloadKind};
use session_core::{Error, ErrorKind};
use session_php::{Format, PhpCodec, SessionData, Value};

/// A codec that accepts all bytes.
pub(crate) fn codec(format: Format) -> PhpCodec {
    PhpCodec::new(format).with_kind(PayloadKind::Binary)
}

/// The session of these bytes in the format `php`.
pub(crate) fn session(bytes: impl AsRef<[u8]>) -> SessionData {
    decoded(Format::Php, bytes.as_ref())
}

pub(crate) fn decoded(format: Format, bytes: &[u8]) -> SessionData {
    codec(format).decode(&Payload::binary(bytes)).expect("the bytes are a session")
}

/// The bytes of a session in the format `php`, with non-ASCII bytes escaped.
pub(crate) fn written(session: &SessionData) -> String {
    encoded(Format::Php, session)
}

pub(crate) fn encoded(format: Format, session: &SessionData) -> String {
    let payload = codec(format).encode(session).expect("the session can be written");
    payload.as_bytes().escape_ascii().to_string().replace("\\\"", "\"")
}

/// The same variables, without the bytes that they were read from.
pub(crate) fn forgotten(session: &SessionData) -> SessionData {
    session.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The value of the variable `v` in the format `php`.
pub(crate) fn value(serialized: impl AsRef<[u8]>) -> Value {
    let session = session([b"v|", serialized.as_ref()].concat());
    session.get("v").expect("it is there").clone()
}

/// The value in PHP's spelling, with escapes for bytes that are not ASCII.
pub(crate) fn spelled(value: impl Into<Value>) -> String {
    written(&SessionData::from_iter([("v", value.into())])).split_off(2)
}

/// The data that a type reads from a value.
pub(crate) fn read<T: DeserializeOwned + Serialize>(serialized: &str) -> Result<T, String> {
    let payload = Payload::text(format!("v|{serialized}"));
    let read: Result<Variable<T>, _> = codec(Format::Php).decode(&payload);
    read.map(|variable| variable.v).map_err(|error| detail(&error))
}

/// The value that a type writes for its data.
pub(crate) fn write<T: DeserializeOwned + Serialize>(v: T) -> Result<String, String> {
    let payload = codec(Format::Php).encode(&Variable { v });
    payload
        .map(|payload| payload.as_bytes()[2..].escape_ascii().to_string().replace("\\\"", "\""))
        .map_err(|error| detail(&error))
}

#[derive(serde::Deserialize, Serialize)]
pub(crate) struct Variable<T> {
    pub(crate) v: T,
}

/// The error for rejected bytes.
pub(crate) fn refusal(format: Format, bytes: &[u8]) -> String {
    let decoded: Result<SessionData, _> = codec(format).decode(&Payload::binary(bytes));
    let error = decoded.expect_err("the bytes are no session");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert_eq!(error.payload().map(Payload::as_bytes), Some(bytes));
    detail(&error)
}

/// The error for a rejected session.
pub(crate) fn unwritable(format: Format, session: &SessionData) -> String {
    let error = codec(format).encode(session).expect_err("the session cannot be written");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    detail(&error)
}

/// The detail of an error.
pub(crate) fn detail(error: &Error) -> String {
    let text = error.to_string();
    let kind = error.kind().to_string();
    let (_, detail) = text.split_once(&format!("{kind}: ")).expect("there is a detail");
    detail.to_owned()
}
