//! A type of a part of the session reads PHP's usual values.
//!
//! It writes them back as PHP would.

use crate::support::codec;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use session_core::codec::Codec;
use session_core::store::Payload;
use session_php::{Format, Partial};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
struct Visit {
    cart: Vec<String>,
    visits: i64,
    rate: f64,
    name: String,
    is_known: bool,
    user: User,
    guest: Option<User>,
    item: Item,
    limit: Option<u8>,
    settings: BTreeMap<String, String>,
}

/// A struct whose fields are all optional.
#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
struct User {
    id: u32,
}

/// A struct with a required field.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Item {
    sku: String,
}

impl Default for Item {
    fn default() -> Self {
        Self { sku: "none".into() }
    }
}

fn decode<T: DeserializeOwned + Serialize>(stored: &str) -> Partial<T> {
    codec(Format::Php).decode(&Payload::text(stored)).expect("the type reads it")
}

/// The stored bytes after a change by a type, which the type can read.
fn after<T: DeserializeOwned + Serialize>(stored: &str, change: impl FnOnce(&mut T)) -> String {
    let mut partial = decode(stored);
    let unchanged = codec(Format::Php).encode(&partial).expect("PHP can hold it");
    assert_eq!(unchanged.as_bytes(), stored.as_bytes());
    change(&mut partial);
    let payload = codec(Format::Php).encode(&partial).expect("PHP can hold it");
    String::from_utf8(payload.as_bytes().to_vec()).expect("it is all ASCII")
}

fn added(stored: &str) -> String {
    after(stored, |visit: &mut Visit| visit.cart.push("D".into()))
}

#[test]
fn lists_with_gaps_are_read_and_appended_to_as_php_does_it() {
    // `unset($_SESSION['cart'][0])`, and `array_filter` and `array_unique` leave the same.
    let unset = "cart|a:2:{i:1;s:1:\"B\";i:2;s:1:\"C\";}";
    assert_eq!(decode::<Visit>(unset).cart, ["B", "C"]);
    assert_eq!(added(unset), "cart|a:3:{i:1;s:1:\"B\";i:2;s:1:\"C\";i:3;s:1:\"D\";}");
    let filtered = "cart|a:2:{i:0;s:1:\"A\";i:7;s:1:\"C\";}";
    assert_eq!(added(filtered), "cart|a:3:{i:0;s:1:\"A\";i:7;s:1:\"C\";i:8;s:1:\"D\";}");
    let sorted = "cart|a:2:{i:1;s:1:\"A\";i:0;s:1:\"B\";}";
    assert_eq!(added(sorted), "cart|a:3:{i:1;s:1:\"A\";i:0;s:1:\"B\";i:2;s:1:\"D\";}");
    let last = "cart|a:1:{i:9223372036854775807;s:1:\"A\";}";
    assert_eq!(added(last), "cart|a:2:{i:0;s:1:\"A\";i:1;s:1:\"D\";}");
}

#[test]
fn elements_of_a_list_with_gaps_keep_their_numbers() {
    let stored = "cart|a:3:{i:1;s:1:\"A\";i:4;s:1:\"B\";i:5;s:1:\"C\";}";
    let removed = after(stored, |visit: &mut Visit| drop(visit.cart.remove(1)));
    assert_eq!(removed, "cart|a:2:{i:1;s:1:\"A\";i:5;s:1:\"C\";}");
    let changed = after(stored, |visit: &mut Visit| visit.cart[1] = "X".into());
    assert_eq!(changed, stored.replace('B', "X"));
    let moved = after(stored, |visit: &mut Visit| visit.cart.swap(0, 2));
    assert_eq!(moved, "cart|a:3:{i:5;s:1:\"C\";i:4;s:1:\"B\";i:1;s:1:\"A\";}");
    assert_eq!(after(stored, |visit: &mut Visit| visit.cart.clear()), "cart|a:0:{}");
    assert_eq!(after(stored, |visit: &mut Visit| visit.visits = 1), format!("{stored}visits|i:1;"));
}

#[test]
fn elements_of_a_list_with_gaps_keep_what_the_type_does_not_know() {
    #[derive(Deserialize, Serialize)]
    struct Bag {
        items: Vec<Item>,
    }
    let item = |key: u32, sku: &str| {
        format!("i:{key};O:4:\"Item\":2:{{s:3:\"sku\";s:1:\"{sku}\";s:1:\"x\";N;}}")
    };
    let stored = format!("items|a:2:{{{}{}}}", item(1, "A"), item(3, "B"));
    let changed = after(&stored, |bag: &mut Bag| bag.items[1].sku = "C".into());
    assert_eq!(changed, stored.replace("\"B\"", "\"C\""));
    let removed = after(&stored, |bag: &mut Bag| drop(bag.items.remove(0)));
    assert_eq!(removed, format!("items|a:1:{{{}}}", item(3, "B")));
}

#[derive(Deserialize, Serialize)]
struct Numbered {
    v: BTreeMap<i64, String>,
}

#[derive(Deserialize, Serialize)]
struct Distinct {
    v: BTreeSet<i64>,
}

#[test]
fn a_map_of_numbers_and_a_set_are_no_lists_with_gaps() {
    let stored = "v|a:2:{i:1;s:1:\"A\";i:0;s:1:\"B\";}";
    let changed = after(stored, |numbered: &mut Numbered| {
        numbered.v.insert(1, "X".into());
    });
    assert_eq!(changed, stored.replace('A', "X"));
    let changed = after("v|a:2:{i:1;i:7;i:3;i:5;}", |distinct: &mut Distinct| {
        distinct.v.insert(6);
    });
    assert_eq!(changed, "v|a:3:{i:0;i:5;i:1;i:6;i:2;i:7;}");
}

#[test]
fn numbers_are_read_from_what_php_casts() {
    for (stored, expected) in [("s:1:\"5\";", 5), ("d:5;", 5), ("N;", 0), ("b:1;", 1_i32)] {
        let stored = format!("visits|{stored}rate|{stored}other|{stored}");
        let visit = decode::<Visit>(&stored);
        assert_eq!((visit.visits, visit.rate), (expected.into(), expected.into()), "{stored}");
        let changed = after(&stored, |visit: &mut Visit| visit.visits += 1);
        let rest = &stored[stored.find("rate").unwrap()..];
        assert_eq!(changed, format!("visits|i:{};{rest}", expected + 1));
    }
    let read: Result<Partial<Visit>, _> =
        codec(Format::Php).decode(&Payload::text("visits|s:5:\"Zebra\";"));
    let refusal = read.unwrap_err().to_string();
    assert!(refusal.ends_with("expected i64, found string at visits"), "{refusal}");
    let limited = decode::<Visit>("limit|s:1:\"7\";");
    assert_eq!(limited.limit, Some(7));
}

#[test]
fn booleans_and_strings_are_read_from_what_php_casts() {
    for (stored, expected) in
        [("i:1;", true), ("s:1:\"1\";", true), ("s:0:\"\";", false), ("N;", false)]
    {
        assert_eq!(decode::<Visit>(&format!("is_known|{stored}")).is_known, expected);
    }
    for (stored, expected) in [("i:5;", "5"), ("d:1.5;", "1.5"), ("N;", ""), ("b:1;", "1")] {
        let stored = format!("name|{stored}");
        assert_eq!(decode::<Visit>(&stored).name, expected);
        let changed = after(&stored, |visit: &mut Visit| visit.visits = 1);
        assert_eq!(changed, format!("{stored}visits|i:1;"));
    }
}

#[test]
fn null_and_the_empty_string_are_read_as_absent() {
    for nothing in ["N;", "s:0:\"\";"] {
        let names = ["cart", "user", "guest", "item", "limit", "settings", "visits"];
        let add = |stored: String, name: &&str| stored + &format!("{name}|{nothing}");
        let stored = names.iter().fold("other|i:1;".into(), add);
        assert_eq!(*decode::<Visit>(&stored), Visit::default());
        let changed = after(&stored, |visit: &mut Visit| visit.item.sku = "A".into());
        let item = format!("item|{nothing}");
        assert_eq!(changed, stored.replace(&item, "item|a:1:{s:3:\"sku\";s:1:\"A\";}"));
        assert_eq!(added(&stored).matches(nothing).count(), names.len() - 1);
    }
}

#[test]
fn a_reference_to_null_or_the_empty_string_is_read_as_absent() {
    for nothing in ["N;", "s:0:\"\";"] {
        let stored = format!("other|{nothing}guest|R:1;item|R:1;user|R:1;cart|R:1;");
        assert_eq!(*decode::<Visit>(&stored), Visit::default());
        let changed = after(&stored, |visit: &mut Visit| visit.visits = 1);
        assert_eq!(changed, format!("{stored}visits|i:1;"));
    }
}

#[test]
fn an_option_of_a_string_keeps_the_empty_string() {
    #[derive(Default, Deserialize, Serialize)]
    #[serde(default)]
    struct Named {
        name: Option<String>,
        user: Option<User>,
    }
    let named = decode::<Named>("name|s:0:\"\";user|s:0:\"\";");
    assert_eq!((named.name.as_deref(), named.user.as_ref()), (Some(""), None));
}

#[test]
fn an_absent_value_that_a_type_demands_is_missing() {
    #[derive(Deserialize, Serialize)]
    struct Demanding {
        item: Item,
    }
    for nothing in ["N;", "s:0:\"\";"] {
        let stored = Payload::text(format!("item|{nothing}"));
        let read: Result<Partial<Demanding>, _> = codec(Format::Php).decode(&stored);
        let refusal = read.err().unwrap().to_string();
        assert!(refusal.ends_with("the field item is missing"), "{refusal}");
    }
}

#[test]
fn a_type_that_is_the_whole_session_is_strict() {
    for stored in ["visits|s:1:\"5\";", "cart|a:1:{i:1;s:1:\"A\";}", "user|N;"] {
        let read: Result<Visit, _> = codec(Format::Php).decode(&Payload::text(stored));
        assert!(read.is_err(), "{stored}");
    }
}
