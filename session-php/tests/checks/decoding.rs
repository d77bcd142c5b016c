use super::changing::changing;
use super::{assert_corrupt, codec, may_have_references};
use serde::{Deserialize, Serialize};
use session_core::ErrorKind;
use session_core::codec::Codec;
use session_core::store::Payload;
use session_php::{Format, Partial, SessionData};
use std::collections::BTreeMap;

/// A type that asks for every kind of value, by names that a fuzzer finds.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Known {
    a: Option<i64>,
    b: bool,
    c: f64,
    d: String,
    e: Vec<u8>,
    f: BTreeMap<String, Option<Inner>>,
    g: (i64, String),
    h: Choice,
    i: Box<Option<Inner>>,
    j: char,
    k: BTreeMap<i64, serde_json::Value>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
struct Inner(Option<Box<Inner>>);

#[derive(Debug, Default, Deserialize, Serialize)]
enum Choice {
    #[default]
    A,
    B(i64),
    C(String, bool),
    D {
        a: i64,
    },
}

/// Decodes the bytes in every way, and encodes the results.
///
/// # Panics
///
/// If the codec panics, or encodes other bytes.
pub(crate) fn decoding(format: Format, bytes: &[u8]) {
    let payload = Payload::binary(bytes);
    let session: SessionData = match codec(format).decode(&payload) {
        Ok(session) => session,
        Err(error) => return assert_corrupt(&error, bytes),
    };
    untouched_data_is_written_back(format, &session, &payload);
    values_mean_the_same_in_canonical_spelling(format, &session, bytes);
    types_read_it_or_reject_it::<serde_json::Value>(format, &payload);
    types_read_it_or_reject_it::<Known>(format, &payload);
    changing(format, &payload);
}

fn untouched_data_is_written_back(format: Format, session: &SessionData, payload: &Payload) {
    let encoded = codec(format).encode(session).expect("what was decoded can be encoded");
    assert!(encoded == *payload, "the bytes changed");
    let mut lent = session.clone();
    assert_eq!(lent.iter_mut().len(), session.len());
    let encoded = codec(format).encode(&lent).expect("what was decoded can be encoded");
    assert!(encoded == *payload, "the bytes changed once the values were lent");
}

fn values_mean_the_same_in_canonical_spelling(format: Format, session: &SessionData, bytes: &[u8]) {
    let copy: SessionData =
        session.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    match codec(format).encode(&copy) {
        Ok(payload) => {
            let again: SessionData = codec(format).decode(&payload).expect("it was encoded");
            assert!(again == *session, "the values changed");
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            assert!(may_have_references(bytes), "{error}");
        }
    }
}

fn types_read_it_or_reject_it<T>(format: Format, payload: &Payload)
where
    T: for<'de> Deserialize<'de> + Serialize,
{
    types_read_the_whole_or_a_part::<T>(format, payload);
    let partial: Partial<T> = match codec(format).decode(payload) {
        Ok(partial) => partial,
        Err(error) => return assert_corrupt(&error, payload.as_bytes()),
    };
    match codec(format).encode(&partial) {
        Ok(encoded) => assert!(encoded == *payload, "the bytes changed by way of a type"),
        // A reference may be followed to more values than are written.
        Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}"),
    }
    if let Ok(encoded) = codec(format).encode(&*partial) {
        let _: SessionData = codec(format).decode(&encoded).expect("it was encoded");
    }
}

/// A type of the whole session reads no more than a type of a part, which casts.
fn types_read_the_whole_or_a_part<T>(format: Format, payload: &Payload)
where
    T: for<'de> Deserialize<'de> + Serialize,
{
    let whole: Result<T, _> = codec(format).decode(payload);
    match whole {
        Ok(_) => {
            let part: Result<Partial<T>, _> = codec(format).decode(payload);
            assert!(part.is_ok(), "a part of the session is rejected and the whole is read");
        }
        Err(error) => assert_corrupt(&error, payload.as_bytes()),
    }
}
