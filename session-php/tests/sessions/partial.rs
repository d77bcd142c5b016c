//! A type of a part of the session does not change the rest.

use crate::support::codec;
use serde::{Deserialize, Serialize};
use session_core::codec::Codec;
use session_core::store::Payload;
use session_php::{Format, Partial};
use std::collections::BTreeMap;

#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
struct Known {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<User>,
    visits: u32,
    items: Vec<Item>,
    rate: f64,
    suit: Option<Suit>,
}

#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
struct User {
    name: String,
}

#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
struct Item {
    qty: u32,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
enum Suit {
    Hearts,
    Spades,
}

const STORED: &str = "_token|s:3:\"abc\";user|O:1:\"U\":2:{s:7:\"\0*\0name\";s:2:\"Al\";s:4:\"mail\";N;}\
    visits|i:7;items|a:2:{i:0;a:2:{s:3:\"sku\";s:1:\"A\";s:3:\"qty\";i:1;}\
    i:1;a:2:{s:3:\"sku\";s:1:\"B\";s:3:\"qty\";i:2;}}rate|d:1e3;suit|E:6:\"S:Suit\";";

fn stored() -> String {
    STORED.replace("E:6:\"S:Suit\"", "E:8:\"S:Hearts\"")
}

/// The stored bytes after a change by a type.
fn after(change: impl FnOnce(&mut Known)) -> String {
    let codec = codec(Format::Php);
    let mut partial: Partial<Known> =
        codec.decode(&Payload::text(stored())).expect("the type knows it");
    change(&mut partial);
    let payload = codec.encode(&partial).expect("PHP can hold it");
    String::from_utf8(payload.as_bytes().to_vec()).expect("it is all ASCII")
}

#[test]
fn a_session_that_was_not_changed_keeps_its_bytes() {
    assert_eq!(after(|_| {}), stored());
    assert_eq!(after(|known| known.visits = 7), stored());
}

#[test]
fn a_changed_field_changes_its_variable_alone() {
    assert_eq!(after(|known| known.visits = 8), stored().replace("i:7;", "i:8;"));
    assert_eq!(after(|known| known.rate = 0.5), stored().replace("d:1e3;", "d:0.5;"));
}

#[test]
fn what_the_type_does_not_know_of_an_object_or_array_stays() {
    let renamed = after(|known| known.user.as_mut().unwrap().name = "Bo".into());
    assert_eq!(renamed, stored().replace("\"Al\"", "\"Bo\""));
    let more = after(|known| known.items[1].qty = 5);
    assert_eq!(more, stored().replace("s:3:\"qty\";i:2;", "s:3:\"qty\";i:5;"));
}

#[test]
fn a_property_of_any_name_and_visibility_is_changed_in_place() {
    #[derive(Deserialize, Serialize)]
    struct One {
        o: BTreeMap<String, i64>,
    }
    for (key, name) in [
        ("s:1:\"9\";", "9"),
        ("i:9;", "9"),
        ("s:4:\"\0*\09\";", "9"),
        ("s:4:\"\0D\0z\";", "z"),
        // The private property of a parent class.
        ("s:4:\"\0P\0z\";", "z"),
    ] {
        let codec = codec(Format::Php);
        let stored = format!("o|O:1:\"D\":1:{{{key}i:1;}}");
        let mut one: Partial<One> = codec.decode(&Payload::text(&*stored)).unwrap();
        one.o.insert(name.into(), 2);
        let changed = codec.encode(&one).unwrap();
        assert_eq!(changed.as_bytes(), stored.replace("i:1;", "i:2;").as_bytes());
        one.o.clear();
        assert_eq!(codec.encode(&one).unwrap().as_bytes(), b"o|O:1:\"D\":0:{}");
    }
}

#[test]
fn an_enum_stays_the_enum() {
    let spades = after(|known| known.suit = Some(Suit::Spades));
    assert_eq!(spades, stored().replace("S:Hearts", "S:Spades"));
}

#[test]
fn a_field_that_is_left_out_takes_its_variable_away() {
    let without = after(|known| known.user = None);
    assert!(without.starts_with("_token|s:3:\"abc\";visits|i:7;"), "{without}");
}

#[test]
fn a_new_session_is_what_the_type_makes() {
    let codec = codec(Format::Php);
    let new = codec.encode(&Partial::new(Known { visits: 1, ..Known::default() })).unwrap();
    assert_eq!(new.as_bytes(), b"visits|i:1;items|a:0:{}rate|d:0;suit|N;");
    let empty: Partial<Known> = codec.decode(&Payload::text("")).unwrap();
    assert_eq!(empty.into_inner(), Known::default());
}

#[test]
fn an_empty_session_that_was_not_changed_stays_empty() {
    let codec = codec(Format::Php);
    let mut empty: Partial<Known> = codec.decode(&Payload::text("")).unwrap();
    assert!(codec.encode(&empty).unwrap().is_empty());
    empty.visits = 1;
    assert_eq!(codec.encode(&empty).unwrap().as_bytes(), b"visits|i:1;");
}

#[test]
fn a_variable_to_which_a_reference_leads_is_changed_for_all() {
    #[derive(Default, Deserialize, Serialize)]
    struct One {
        a: i64,
    }
    let codec = codec(Format::Php);
    let mut one: Partial<One> = codec.decode(&Payload::text("a|i:1;b|R:1;")).unwrap();
    one.a = 2;
    assert_eq!(codec.encode(&one).unwrap().as_bytes(), b"a|i:2;b|R:1;");
}

#[test]
fn a_variable_that_is_a_reference_becomes_one_of_its_own() {
    #[derive(Default, Deserialize, Serialize)]
    struct Two {
        b: i64,
    }
    let codec = codec(Format::Php);
    let mut two: Partial<Two> = codec.decode(&Payload::text("a|i:1;b|R:1;")).unwrap();
    two.b = 2;
    assert_eq!(codec.encode(&two).unwrap().as_bytes(), b"a|i:1;b|i:2;");
}

#[test]
fn an_object_is_led_to_past_a_name_of_it_that_was_changed() {
    #[derive(Deserialize, Serialize)]
    struct Named {
        b: Object,
    }
    #[derive(Deserialize, Serialize)]
    struct Object {
        a: i64,
    }
    let codec = codec(Format::Php);
    let object = "o|O:8:\"stdClass\":1:{s:1:\"a\";i:1;}";
    let stored = format!("{object}b|r:1;c|r:3;d|r:4;");
    let mut named: Partial<Named> = codec.decode(&Payload::text(stored)).unwrap();
    named.b.a = 2;
    let written = format!("{object}b|a:1:{{s:1:\"a\";i:2;}}c|r:1;d|r:5;");
    assert_eq!(codec.encode(&named).unwrap().as_bytes(), written.as_bytes());
}

#[test]
fn a_type_changes_what_moves_nothing_beside_an_object_that_only_php_can_read() {
    let rest = "u|O:1:\"P\":1:{s:1:\"n\";i:1;}c|C:1:\"S\":4:{r:2;}d|r:9;";
    let codec = codec(Format::Php);
    let stored = format!("visits|i:7;{rest}");
    let mut known: Partial<Known> = codec.decode(&Payload::text(stored)).unwrap();
    known.visits = 8;
    known.rate = 0.5;
    let written = format!("visits|i:8;{rest}rate|d:0.5;");
    assert_eq!(codec.encode(&known).unwrap().as_bytes(), written.as_bytes());
}

#[test]
fn a_name_that_is_a_number_is_changed_where_it_stands() {
    #[derive(Default, Deserialize, Serialize)]
    struct Numbered {
        #[serde(rename = "7")]
        seven: i64,
    }
    let codec = codec(Format::Php);
    let mut numbered: Partial<Numbered> = codec.decode(&Payload::text("7|i:1;")).unwrap();
    numbered.seven = 2;
    assert_eq!(codec.encode(&numbered).unwrap().as_bytes(), b"7|i:2;");
}
