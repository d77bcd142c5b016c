//! Tests of Rust types over PHP's values.

use crate::support::{codec, detail, read, write};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use session_core::ErrorKind;
use session_core::codec::Codec;
use session_core::store::Payload;
use session_php::Format;
use std::collections::BTreeMap;

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Cart {
    items: Vec<Item>,
    total: f64,
    note: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Item {
    sku: String,
    qty: u32,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
enum Choice {
    Unit,
    One(i64),
    Two(i64, String),
    Named { a: bool },
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Wrapped(Option<Box<Wrapped>>);

const CART: &str = "a:3:{s:5:\"items\";a:1:{i:0;a:2:{s:3:\"sku\";s:3:\"A-1\";s:3:\"qty\";i:2;}}\
    s:5:\"total\";d:12.99;s:4:\"note\";N;}";

fn cart() -> Cart {
    Cart { items: vec![Item { sku: "A-1".into(), qty: 2 }], total: 12.99, note: None }
}

/// Asserts that a type's data has this spelling, and that the type reads it back.
fn both<T>(data: T, spelling: &str)
where
    T: Serialize + for<'de> Deserialize<'de> + PartialEq + std::fmt::Debug,
{
    assert_eq!(read::<T>(spelling).as_ref(), Ok(&data));
    assert_eq!(write(data).as_deref(), Ok(spelling));
}

#[test]
fn types_are_what_php_would_make_of_them() {
    both(cart(), CART);
    both(true, "b:1;");
    both(-7_i8, "i:-7;");
    both(i64::MIN, "i:-9223372036854775808;");
    both(0.1_f64, "d:0.1;");
    both('x', "s:1:\"x\";");
    both("x".to_owned(), "s:1:\"x\";");
    both(ByteBuf::from(*b"x"), "s:1:\"x\";");
    both((), "N;");
    both(Some(1), "i:1;");
    both(None::<i32>, "N;");
    both((1, "x".to_owned()), "a:2:{i:0;i:1;i:1;s:1:\"x\";}");
    both(Vec::<i32>::new(), "a:0:{}");
    both(BTreeMap::from([(7, 1), (9, 2)]), "a:2:{i:7;i:1;i:9;i:2;}");
    both(
        BTreeMap::from([("7".to_owned(), 1), ("k".to_owned(), 2)]),
        "a:2:{i:7;i:1;s:1:\"k\";i:2;}",
    );
    both(BTreeMap::from([('a', 1)]), "a:1:{s:1:\"a\";i:1;}");
}

#[test]
fn variants_are_strings_or_arrays_of_one() {
    both(Choice::Unit, "s:4:\"Unit\";");
    both(Choice::One(1), "a:1:{s:3:\"One\";i:1;}");
    both(Choice::Two(1, "x".into()), "a:1:{s:3:\"Two\";a:2:{i:0;i:1;i:1;s:1:\"x\";}}");
    both(Choice::Named { a: true }, "a:1:{s:5:\"Named\";a:1:{s:1:\"a\";b:1;}}");
}

#[test]
fn bytes_that_are_not_utf8_are_bytes_and_no_string() {
    let payload = Payload::binary(*b"v|s:2:\"x\xff\";");
    let bytes: BTreeMap<String, ByteBuf> = codec(Format::Php).decode(&payload).unwrap();
    assert_eq!(bytes["v"].as_slice(), b"x\xff");
    assert_eq!(codec(Format::Php).encode(&bytes).unwrap(), payload);

    let text: Result<BTreeMap<String, String>, _> = codec(Format::Php).decode(&payload);
    let error = text.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert_eq!(detail(&error), "expected UTF-8, found another byte at 1 of the string at [0]");
}

#[test]
fn objects_and_enums_of_php_are_structs_and_variants() {
    let object = "O:4:\"Item\":2:{s:6:\"\0*\0sku\";s:3:\"A-1\";s:9:\"\0Item\0qty\";i:2;}";
    assert_eq!(read::<Item>(object).unwrap(), Item { sku: "A-1".into(), qty: 2 });
    assert_eq!(read::<Choice>("E:11:\"Choice:Unit\";").unwrap(), Choice::Unit);
    assert_eq!(read::<String>("E:11:\"Choice:Unit\";").unwrap(), "Unit");
}

#[test]
fn a_private_property_of_a_parent_does_not_hide_the_objects_own() {
    let object =
        "O:4:\"Item\":3:{s:6:\"\0P\0sku\";i:0;s:3:\"sku\";s:1:\"x\";s:6:\"\0P\0qty\";i:2;}";
    assert_eq!(read::<Item>(object).unwrap(), Item { sku: "x".into(), qty: 2 });
}

#[test]
fn references_are_read_as_what_they_lead_to() {
    let list: Vec<Vec<i32>> = read("a:2:{i:0;a:1:{i:0;i:7;}i:1;R:2;}").unwrap();
    assert_eq!(list, [[7], [7]]);
}

#[test]
fn a_value_of_another_shape_is_rejected_with_the_way_to_it() {
    let refusal = |bytes: &str| read::<Cart>(bytes).unwrap_err();
    assert_eq!(refusal("i:5;"), "expected struct Cart, found integer at v");
    assert_eq!(refusal("a:0:{}"), "the field items is missing at v");
    let cart = CART.replace("i:2;", "s:5:\"Zebra\";");
    assert_eq!(refusal(&cart), "expected u32, found string at v.items[0].qty");
    let cart = CART.replace("i:2;", "i:-2;");
    assert_eq!(refusal(&cart), "expected u32, found another integer at v.items[0].qty");
    let gap = CART.replace("{i:0;a:2", "{i:1;a:2");
    let expected = "expected a list, with the keys 0, 1, 2 and so on, found array at v.items";
    assert_eq!(refusal(&gap), expected);
    let variants = "expected a variant among Unit, One, Two, Named at v";
    assert_eq!(read::<Choice>("s:5:\"Zebra\";").unwrap_err(), variants);
    assert_eq!(read::<Choice>("s:3:\"One\";").unwrap_err(), "a variant that holds nothing at v");
    let whole = read::<Choice>("a:1:{s:4:\"Unit\";i:1;}").unwrap_err();
    assert_eq!(whole, "a variant that holds something at v");
}

#[test]
fn what_php_cannot_hold_is_rejected() {
    let beyond = "an integer beyond the 64 bits with a sign that PHP has";
    assert_eq!(write(u64::MAX).unwrap_err(), beyond);
    assert_eq!(write(i128::MIN).unwrap_err(), beyond);
    let keys = "a map has keys that are neither integers nor strings";
    assert_eq!(write(BTreeMap::from([(vec![1], 1)])).unwrap_err(), keys);
    let error = codec(Format::Php).encode(&7).unwrap_err();
    assert_eq!(detail(&error), "a session is a struct or a map, of variables and their values");
}

#[test]
fn a_type_without_data_is_an_empty_session() {
    let payload = codec(Format::Php).encode(&()).unwrap();
    assert!(payload.is_empty());
    let () = codec(Format::Php).decode(&payload).unwrap();
}

#[test]
fn levels_that_leave_no_trace_in_the_bytes_are_counted() {
    let payload = Payload::text("v|i:1;");
    let read: Result<BTreeMap<String, Wrapped>, _> = codec(Format::Php).decode(&payload);
    assert_eq!(detail(&read.unwrap_err()), "nested deeper than the limit of 128 at [0]");
    let mut wrapped = Wrapped(None);
    for _ in 0..200 {
        wrapped = Wrapped(Some(Box::new(wrapped)));
    }
    assert_eq!(write(wrapped).unwrap_err(), "nested deeper than the limit of 128");
}
