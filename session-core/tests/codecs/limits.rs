//! Tests of every limit at the boundary and beyond it, in decoding and encoding.

use crate::data::{Chain, Format, Nest, Role, Sample, Tree};
use crate::for_each_format;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
#[cfg(feature = "json")]
use session_core::codec::Json;
use session_core::codec::{Base64, Codec, Limits, RawBytes, RawString};
use session_core::error::Operation;
use session_core::store::Payload;
use session_core::{Error, ErrorKind};
use std::collections::BTreeMap;

for_each_format! {
    bytes_are_counted
    depth_is_counted_alike_in_every_format
    values_are_counted_alike_in_every_format
}

fn bytes_are_counted<F: Format>(make: fn(Limits) -> F) {
    let payload = make(Limits::new()).encode(&Sample::new()).unwrap();
    // Base64 passes its limits to the inner codec, which gets fewer bytes.
    let size = inner_length(make, &Sample::new());

    let enough = make(Limits::new().max_bytes(size));
    assert_eq!(enough.encode(&Sample::new()).unwrap(), payload);
    assert_eq!(enough.decode::<Sample>(&payload).unwrap(), Sample::new());

    let short = make(Limits::new().max_bytes(size - 1));
    assert_too_large(&short.encode(&Sample::new()).unwrap_err(), size);
    assert_corrupt(&short.decode::<Sample>(&payload).unwrap_err(), &payload, "bytes");
}

fn inner_length<F: Format, T: Serialize + DeserializeOwned>(
    make: fn(Limits) -> F,
    data: &T,
) -> usize {
    match make(Limits::new().max_bytes(0)).encode(data).unwrap_err().kind() {
        ErrorKind::TooLarge { size, limit: 0 } => size,
        other => panic!("{other}"),
    }
}

fn depth_is_counted_alike_in_every_format<F: Format>(make: fn(Limits) -> F) {
    assert_depth(make, &0.5, 0);
    assert_depth(make, &Role::Guest, 0);
    assert_depth(make, &Role::Member(1), 1);
    assert_depth(make, &Role::Pair(1, 2), 2);
    assert_depth(make, &Role::Staff { level: 1 }, 2);
    assert_depth(make, &Vec::<u8>::new(), 1);
    assert_depth(make, &(1, 2), 1);
    assert_depth(make, &Some(1), 1);
    assert_depth(make, &BTreeMap::from([(1, vec![1])]), 2);
    assert_depth(make, &Tree::of_depth(128), 128);
    assert_depth(make, &Nest::of_depth(64), 128);
    assert_depth(make, &Chain { next: Some(Box::new(Chain { next: None })) }, 3);
    assert_depth(make, &Sample::new(), 4);
}

fn assert_depth<F, T>(make: fn(Limits) -> F, data: &T, depth: usize)
where
    F: Format,
    T: Serialize + DeserializeOwned,
{
    let enough = make(Limits::new().max_depth(depth));
    let payload = enough.encode(data).unwrap();
    enough.decode::<T>(&payload).expect("as deep as the limit");
    if depth > 0 {
        let short = make(Limits::new().max_depth(depth - 1));
        assert_rejected(&short.encode(data).unwrap_err(), "nested deeper than");
        let error = short.decode::<T>(&payload).err().expect("deeper than the limit");
        assert_corrupt(&error, &payload, "nested deeper than");
    }
}

fn values_are_counted_alike_in_every_format<F: Format>(make: fn(Limits) -> F) {
    assert_values(make, &0.5, 0);
    assert_values(make, &vec![1; 10], 10);
    assert_values(make, &vec![(); 10], 10);
    assert_values(make, &vec![(1, 2); 10], 30);
    assert_values(make, &BTreeMap::from([(1, 1), (2, 2)]), 2);
    assert_values(make, &Role::Pair(1, 2), 2);
    assert_values(make, &Sample::new(), 7 + 2 + 4 + 2 + 1 + 2);
}

fn assert_values<F, T>(make: fn(Limits) -> F, data: &T, values: usize)
where
    F: Format,
    T: Serialize + DeserializeOwned,
{
    let enough = make(Limits::new().max_values(values));
    let payload = enough.encode(data).unwrap();
    enough.decode::<T>(&payload).expect("as many as the limit");
    if values > 0 {
        let short = make(Limits::new().max_values(values - 1));
        assert_rejected(&short.encode(data).unwrap_err(), "values");
        let error = short.decode::<T>(&payload).err().expect("more than the limit");
        assert_corrupt(&error, &payload, "values");
    }
}

/// A type with one field.
#[cfg(feature = "json")]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Short {
    known: u8,
}

/// A format may skip a value without decoding it.
#[cfg(feature = "json")]
#[test]
fn levels_and_values_of_a_skipped_field_are_counted() {
    fn decode(limits: Limits, skipped: &str) -> session_core::Result<Short> {
        let payload = Payload::text(format!(r#"{{"skipped":{skipped},"known":1}}"#));
        Codec::decode(&Json::new().with_limits(limits), &payload)
    }
    let limits = Limits::new().max_depth(4);
    assert_eq!(decode(limits, "[[[]]]").unwrap(), Short { known: 1 });
    let error = decode(limits, "[[[[]]]]").unwrap_err().to_string();
    assert!(error.contains("nested deeper than the limit of 4"), "{error}");
    let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    let error = decode(Limits::new(), &deep).unwrap_err().to_string();
    assert!(error.contains("nested deeper than the limit of 128"), "{error}");
    let error = decode(Limits::new().max_values(4), "[1,2,3]").unwrap_err().to_string();
    assert!(error.contains("values"), "{error}");
    for skipped in ["null", "true", "-1.5e3", "\"\\u00e4\"", "{\"a\":[{}]}", "18446744073709551615"]
    {
        assert_eq!(decode(Limits::new(), skipped).unwrap(), Short { known: 1 }, "{skipped}");
    }
}

#[test]
fn raw_bytes_are_counted() {
    let (data, payload) = (vec![1, 2, 3], Payload::binary([1, 2, 3]));
    let enough = RawBytes::new().with_limits(Limits::new().max_bytes(3));
    assert_eq!(enough.decode(&enough.encode(&data).unwrap()).unwrap(), data);

    let short = RawBytes::new().with_limits(Limits::new().max_bytes(2));
    assert_too_large(&short.encode(&data).unwrap_err(), 3);
    assert_corrupt(&short.decode(&payload).unwrap_err(), &payload, "2 bytes");
}

#[test]
fn the_bytes_of_a_raw_string_are_counted() {
    let (data, payload) = ("éa".to_owned(), Payload::text("éa"));
    let enough = RawString::new().with_limits(Limits::new().max_bytes(3));
    assert_eq!(enough.decode(&enough.encode(&data).unwrap()).unwrap(), data);

    let short = RawString::new().with_limits(Limits::new().max_bytes(2));
    assert_too_large(&short.encode(&data).unwrap_err(), 3);
    assert_corrupt(&short.decode(&payload).unwrap_err(), &payload, "2 bytes");
}

#[test]
fn the_text_of_base64_is_counted() {
    let (data, payload) = (vec![1, 2, 3], Payload::text("AQID"));
    let enough = Base64::new(RawBytes::new()).with_limits(Limits::new().max_bytes(4));
    assert_eq!(enough.decode(&enough.encode(&data).unwrap()).unwrap(), data);

    let short = Base64::new(RawBytes::new()).with_limits(Limits::new().max_bytes(3));
    assert_too_large(&short.encode(&data).unwrap_err(), 4);
    assert_corrupt(&short.decode(&payload).unwrap_err(), &payload, "3 bytes");
}

#[track_caller]
fn assert_corrupt(error: &Error, payload: &Payload, why: &str) {
    assert_eq!(error.operation(), Operation::Decode);
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert_eq!(error.payload(), Some(payload));
    assert!(error.to_string().contains(why), "{error}");
}

#[track_caller]
fn assert_rejected(error: &Error, why: &str) {
    assert_eq!(error.operation(), Operation::Encode);
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains(why), "{error}");
}

#[track_caller]
fn assert_too_large(error: &Error, size: usize) {
    assert_eq!(error.operation(), Operation::Encode);
    let limit = size - 1;
    assert_eq!(error.kind(), ErrorKind::TooLarge { size, limit });
}
