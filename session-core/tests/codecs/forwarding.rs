//! The limits forward everything unchanged, except hints of a length.

use crate::data::{Format, Role};
use crate::for_each_format;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use session_core::codec::Limits;
use session_core::store::Payload;
use std::collections::BTreeMap;
use std::fmt::{self, Formatter};
use std::net::Ipv4Addr;

for_each_format! { a_type_that_asks_for_its_form_comes_back no_length_is_hinted_at }

const ADDRESS: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

fn a_type_that_asks_for_its_form_comes_back<F: Format>(make: fn(Limits) -> F) {
    let format = make(Limits::new());
    let payload = format.encode(&ADDRESS).unwrap();
    assert_eq!(format.decode::<Ipv4Addr>(&payload).unwrap(), ADDRESS);
}

#[cfg(feature = "json")]
#[test]
fn json_is_for_people_to_read() {
    let payload = Format::encode(&session_core::codec::Json::new(), &ADDRESS).unwrap();
    assert_eq!(payload, Payload::text("\"192.0.2.1\""));
}

#[cfg(feature = "messagepack")]
#[test]
fn messagepack_is_not_for_people_to_read() {
    let payload = Format::encode(&session_core::codec::MessagePack::new(), &ADDRESS).unwrap();
    assert_eq!(payload, Payload::binary([0x94, 0xcc, 192, 0, 2, 1]));
}

#[cfg(feature = "postcard")]
#[test]
fn postcard_is_not_for_people_to_read() {
    let payload = Format::encode(&session_core::codec::Postcard::new(), &ADDRESS).unwrap();
    assert_eq!(payload, Payload::binary([192, 0, 2, 1]));
}

#[cfg(feature = "bincode")]
#[test]
fn bincode_is_not_for_people_to_read() {
    let payload = Format::encode(&session_core::codec::Bincode::new(), &ADDRESS).unwrap();
    assert_eq!(payload, Payload::binary([192, 0, 2, 1]));
}

#[cfg(feature = "json")]
#[test]
fn a_variant_without_data_may_have_a_null() {
    let json = session_core::codec::Json::new();
    let decode = |text| Format::decode::<Role>(&json, &Payload::text(text));
    assert_eq!(decode("{\"Guest\":null}").unwrap(), Role::Guest);
    assert!(decode("{\"Guest\":1}").is_err());
}

/// A sequence that reads the hint of its length instead of its elements.
struct Sequence(Option<usize>);

/// A map that reads the hint of its length instead of its entries.
struct Entries(Option<usize>);

impl Serialize for Sequence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [1_u8, 2, 3].as_slice().serialize(serializer)
    }
}

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        BTreeMap::from([("a", 2_u8)]).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Sequence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Hint).map(Self)
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Hint).map(Self)
    }
}

struct Hint;

impl<'de> Visitor<'de> for Hint {
    type Value = Option<usize>;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a sequence or a map")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let hint = elements.size_hint();
        while elements.next_element::<u8>()?.is_some() {}
        Ok(hint)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let hint = entries.size_hint();
        while entries.next_entry::<String, u8>()?.is_some() {}
        Ok(hint)
    }
}

fn no_length_is_hinted_at<F: Format>(make: fn(Limits) -> F) {
    let format = make(Limits::new());
    let payload = format.encode(&Sequence(None)).unwrap();
    assert_eq!(format.decode::<Sequence>(&payload).unwrap().0, None);
    let payload = format.encode(&Entries(None)).unwrap();
    assert_eq!(format.decode::<Entries>(&payload).unwrap().0, None);
}

/// The format's error for a type that expects something else.
#[cfg(feature = "json")]
struct Said(String);

#[cfg(feature = "json")]
impl Serialize for Said {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(feature = "json")]
impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let error = deserializer.deserialize_seq(Hint).expect_err("it is no sequence");
        Ok(Self(error.to_string()))
    }
}

#[cfg(feature = "json")]
#[test]
fn what_a_type_expects_is_reported_to_the_type() {
    let json = session_core::codec::Json::new();
    let said: Said = Format::decode(&json, &Payload::text("true")).unwrap();
    let expected = "invalid type: boolean `true`, expected a sequence or a map at ";
    assert!(said.0.starts_with(expected), "{}", said.0);
}
