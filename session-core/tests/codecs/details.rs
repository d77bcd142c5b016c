//! Tests of an error's detail, which describes the data without quoting it.

use crate::data::Format;
use serde::ser::{Error as _, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use session_core::ErrorKind;
use session_core::store::Payload;
use std::collections::BTreeMap;

/// A sequence without a known length, or one that fails.
struct Stream {
    refuses: bool,
}

impl Serialize for Stream {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.refuses {
            return Err(S::Error::custom("no"));
        }
        let mut elements = serializer.serialize_seq(None)?;
        elements.serialize_element(&1)?;
        elements.end()
    }
}

impl<'de> Deserialize<'de> for Stream {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bool::deserialize(deserializer).map(|refuses| Self { refuses })
    }
}

/// A type that only self-describing formats can decode.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Any {
    Number(u8),
    Text(String),
}

/// The detail of the error for decoding `bytes` as a `T`.
fn unread<T: Serialize + for<'de> Deserialize<'de>>(format: &impl Format, bytes: &[u8]) -> String {
    let error = format.decode::<T>(&Payload::binary(bytes)).err().expect("it is rejected");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    detail(&error.to_string(), "decode: the data cannot be decoded: ")
}

fn unwritten<T: Serialize + for<'de> Deserialize<'de>>(format: &impl Format, data: &T) -> String {
    let error = format.encode(data).expect_err("it is rejected");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    detail(&error.to_string(), "encode: the argument is invalid: ")
}

fn detail(text: &str, kind: &str) -> String {
    text.strip_prefix(kind).unwrap_or_else(|| panic!("{text}")).to_owned()
}

const UNKNOWN_LENGTH: &str = "a sequence of unknown length";
const REFUSES: &str = "serializing the type failed";

#[cfg(feature = "json")]
#[test]
fn json_says_what_is_wrong_and_where() {
    let json = session_core::codec::Json::new();
    assert_eq!(unread::<Vec<u8>>(&json, b"[1,"), "JSON that breaks off at line 1, column 3");
    assert_eq!(unread::<Vec<u8>>(&json, b"[1}"), "not JSON at line 1, column 3");
    assert_eq!(unread::<bool>(&json, b"1"), "JSON of another shape at line 1, column 1");
    let keys = BTreeMap::from([(vec![1], 1)]);
    assert_eq!(unwritten(&json, &keys), "a map has keys that JSON has no text for");
    assert_eq!(unwritten(&json, &Stream { refuses: true }), REFUSES);
}

#[cfg(feature = "messagepack")]
#[test]
fn messagepack_says_what_is_wrong() {
    let messagepack = session_core::codec::MessagePack::new();
    assert_eq!(unread::<Vec<u8>>(&messagepack, &[0x92, 1]), "MessagePack that breaks off");
    assert_eq!(unread::<String>(&messagepack, &[0xa2, b'a']), "MessagePack that breaks off");
    assert_eq!(
        unread::<String>(&messagepack, &[0xa1, 0xff]),
        "MessagePack with a string that is not UTF-8"
    );
    assert_eq!(unread::<bool>(&messagepack, &[1]), "MessagePack of another shape");
    assert_eq!(unread::<u8>(&messagepack, &[1, 2, 3]), "2 bytes after the value");
    let stream = messagepack.encode(&Stream { refuses: false }).expect("its length is found out");
    assert_eq!(stream, Payload::binary([0x91, 1]));
    assert_eq!(unwritten(&messagepack, &Stream { refuses: true }), REFUSES);
}

#[cfg(feature = "postcard")]
#[test]
fn postcard_says_what_is_wrong() {
    let postcard = session_core::codec::Postcard::new();
    assert_eq!(unread::<Vec<u8>>(&postcard, &[2, 1]), "postcard that breaks off");
    assert_eq!(unread::<String>(&postcard, &[1, 0xff]), "postcard with a string that is not UTF-8");
    assert_eq!(
        unread::<Any>(&postcard, &[1]),
        "the type needs information that postcard does not store"
    );
    assert_eq!(unread::<bool>(&postcard, &[2]), "postcard of another shape");
    assert_eq!(unread::<u8>(&postcard, &[1, 2, 3]), "2 bytes after the value");
    assert_eq!(unwritten(&postcard, &Stream { refuses: false }), UNKNOWN_LENGTH);
    assert_eq!(unwritten(&postcard, &Stream { refuses: true }), REFUSES);
}

#[cfg(feature = "bincode")]
#[test]
fn bincode_says_what_is_wrong() {
    let bincode = session_core::codec::Bincode::new();
    assert_eq!(unread::<Vec<u8>>(&bincode, &[2, 1]), "bincode that breaks off");
    assert_eq!(unread::<String>(&bincode, &[1, 0xff]), "bincode with a string that is not UTF-8");
    assert_eq!(
        unread::<Any>(&bincode, &[1]),
        "the type needs information that bincode does not store"
    );
    assert_eq!(unread::<bool>(&bincode, &[2]), "bincode of another shape");
    assert_eq!(unread::<u8>(&bincode, &[1, 2, 3]), "2 bytes after the value");
    assert_eq!(unwritten(&bincode, &Stream { refuses: false }), UNKNOWN_LENGTH);
    assert_eq!(unwritten(&bincode, &Stream { refuses: true }), REFUSES);
}
