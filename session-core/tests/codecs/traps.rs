//! Codecs reject data that a format would encode but not decode.

use serde::{Deserialize, Serialize};
use session_core::codec::Codec;
use session_core::{Error, ErrorKind};
use std::fmt::Debug;

#[track_caller]
fn assert_rejected<T: Debug>(result: Result<T, Error>, why: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains(why), "{error}");
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Sparse {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<u8>,
    level: u8,
}

const FULL: Sparse = Sparse { note: Some(1), level: 2 };
const SPARSE: Sparse = Sparse { note: None, level: 2 };

#[cfg(feature = "json")]
#[test]
fn json_has_no_nan_and_no_infinity() {
    let json = session_core::codec::Json::new();
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_rejected(json.encode(&number), "NaN");
        assert_rejected(json.encode(&vec![Some(number)]), "NaN");
    }
    assert_rejected(json.encode(&f32::NAN), "NaN");
    assert!(json.encode(&f64::MAX).is_ok());
}

#[cfg(feature = "json")]
#[test]
fn json_has_no_keys_but_text() {
    let data = std::collections::BTreeMap::from([((1, 2), 3)]);
    assert_rejected(session_core::codec::Json::new().encode(&data), "keys");
}

#[cfg(feature = "json")]
#[test]
fn json_leaves_fields_out() {
    let json = session_core::codec::Json::new();
    let payload = json.encode(&SPARSE).unwrap();
    assert_eq!(json.decode(&payload).ok(), Some(SPARSE));
}

#[cfg(feature = "messagepack")]
#[test]
fn messagepack_leaves_fields_out_and_has_nan() {
    let messagepack = session_core::codec::MessagePack::new();
    let payload = messagepack.encode(&SPARSE).unwrap();
    assert_eq!(messagepack.decode(&payload).ok(), Some(SPARSE));
    let number: f64 = messagepack.decode(&messagepack.encode(&f64::NAN).unwrap()).unwrap();
    assert!(number.is_nan());
}

#[cfg(feature = "postcard")]
#[test]
fn postcard_leaves_no_field_out() {
    let postcard = session_core::codec::Postcard::new();
    assert_rejected(postcard.encode(&SPARSE), "left out");
    let payload = postcard.encode(&FULL).unwrap();
    assert_eq!(postcard.decode(&payload).ok(), Some(FULL));
}

#[cfg(feature = "bincode")]
#[test]
fn bincode_leaves_no_field_out() {
    let bincode = session_core::codec::Bincode::new();
    assert_rejected(bincode.encode(&SPARSE), "left out");
    let payload = bincode.encode(&FULL).unwrap();
    assert_eq!(bincode.decode(&payload).ok(), Some(FULL));
}

/// A type that treats any failure of its part as an absent value.
#[derive(Debug, Serialize)]
struct Forgiving(Option<crate::data::Tree>);

impl<'de> Deserialize<'de> for Forgiving {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(crate::data::Tree::deserialize(deserializer).ok()))
    }
}

#[cfg(feature = "postcard")]
#[test]
fn no_type_forgives_what_the_limits_reject() {
    let postcard = session_core::codec::Postcard::new();
    let payload = session_core::store::Payload::binary([1; 129]);
    let error = Codec::<Forgiving>::decode(&postcard, &payload).unwrap_err();
    assert!(error.to_string().contains("nested deeper"), "{error}");
}
