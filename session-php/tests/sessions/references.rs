//! References lead where they led, whatever comes and goes around them.

use crate::support::{codec, decoded, encoded, forgotten, refusal, session, unwritable, written};
use serde::{Deserialize, Serialize};
use session_core::{Codec, Payload};
use session_php::{
    Anchor, Anchored, Array, Format, Object, Reference, ReferenceKind, SessionData, Value,
};
use std::collections::BTreeMap;

/// An object under two names, and a variable under two.
const SHARED: &str = "x|i:1;o|O:1:\"P\":1:{s:1:\"n\";i:7;}same|r:2;v|a:1:{i:0;N;}w|R:5;";

fn follow<'a>(session: &'a SessionData, name: &str) -> Option<&'a Value> {
    match session.get(name) {
        Some(Value::Reference(reference)) => session.follow(*reference),
        _ => None,
    }
}

#[test]
fn references_are_followed() {
    let session = session(SHARED);
    let object = follow(&session, "same").and_then(Value::as_object).unwrap();
    assert_eq!(object.get("n").and_then(Value::as_int), Some(7));
    assert_eq!(follow(&session, "w").and_then(Value::as_array).map(Array::len), Some(1));
}

#[test]
fn references_are_counted_anew_when_values_before_them_come_and_go() {
    let mut session = session(SHARED);
    session.remove("x");
    let without = "o|O:1:\"P\":1:{s:1:\"n\";i:7;}same|r:1;v|a:1:{i:0;N;}w|R:4;";
    assert_eq!(written(&session), without);
    session.get_mut("o").and_then(Value::as_object_mut).unwrap().properties.insert("m", 8);
    let with = "o|O:1:\"P\":2:{s:1:\"n\";i:7;s:1:\"m\";i:8;}same|r:1;v|a:1:{i:0;N;}w|R:5;";
    assert_eq!(written(&session), with);
}

#[test]
fn an_object_that_comes_again_is_counted_and_a_variable_is_not() {
    // PHP wrote this: `$a = $b = new P; $c = &$a; $d = [1]; $e = &$d;`
    let bytes = "a|O:1:\"P\":0:{}b|r:1;c|R:1;d|a:1:{i:0;i:1;}e|R:3;";
    assert_eq!(written(&forgotten(&session(bytes))), bytes);
}

#[test]
fn an_object_may_be_named_by_the_number_of_each_of_its_places() {
    #[derive(Deserialize, Serialize)]
    struct Last {
        c: BTreeMap<String, i64>,
    }
    let bytes = "o|O:1:\"P\":1:{s:1:\"n\";i:7;}a|r:1;b|r:3;c|r:4;d|R:4;";
    let mut session = session(bytes);
    assert_eq!(written(&forgotten(&session)), bytes);
    let last: Last = codec(Format::Php).decode(&Payload::text(bytes)).unwrap();
    assert_eq!(last.c["n"], 7);
    session.insert("e", 1);
    assert_eq!(written(&session), format!("{bytes}e|i:1;"));
    assert!(refusal(Format::Php, b"a|i:1;b|r:1;c|r:2;").starts_with("expected a reference to an"));
    assert!(refusal(Format::Php, b"o|O:1:\"P\":0:{}a|r:2;").starts_with("expected a reference"));
}

#[test]
fn an_anchor_on_a_reference_to_a_variable_is_that_variables() {
    let variable = |anchor| Reference { kind: ReferenceKind::Variable, anchor: Anchor(anchor) };
    let session = SessionData::from_iter([
        ("x", Value::Null),
        ("a", Anchored::new(Anchor(1), 5).into()),
        ("b", Anchored::new(Anchor(2), variable(1)).into()),
        ("c", variable(2).into()),
    ]);
    assert_eq!(written(&session), "x|N;a|i:5;b|R:2;c|R:2;");
}

#[test]
fn a_value_may_hold_itself() {
    let bytes = "self|a:1:{s:2:\"me\";R:1;}";
    assert_eq!(written(&forgotten(&session(bytes))), bytes);
}

#[test]
fn a_reference_to_what_was_removed_is_refused() {
    let mut session = session(SHARED);
    session.remove("o");
    assert!(unwritable(Format::Php, &session).starts_with("a reference leads to no value"));
    session.remove("same");
    assert_eq!(written(&session), "x|i:1;v|a:1:{i:0;N;}w|R:2;");
}

#[test]
fn what_references_lead_to_is_changed_for_all() {
    let mut session = session(SHARED);
    *session.get_mut("v").unwrap().peel_mut() = Value::from(9);
    assert_eq!(follow(&session, "w").and_then(Value::as_int), Some(9));
    assert!(written(&session).ends_with("v|i:9;w|R:5;"));
}

#[test]
fn a_reference_to_an_object_that_became_something_else_is_refused() {
    let mut session = session(SHARED);
    *session.get_mut("o").unwrap().peel_mut() = Value::from(9);
    assert!(unwritable(Format::Php, &session).starts_with("a reference to an object"));
}

#[test]
fn references_can_be_made() {
    let anchor = Anchor(1);
    let kind = ReferenceKind::Object;
    let mut session = SessionData::new();
    session.insert("a", Anchored::new(anchor, Object::new("P")));
    session.insert("b", Reference { kind, anchor });
    assert_eq!(written(&session), "a|O:1:\"P\":0:{}b|r:1;");
    session.insert("c", Anchored::new(anchor, 1));
    assert_eq!(unwritable(Format::Php, &session), "two values have the same anchor");
}

#[test]
fn the_whole_session_can_be_referred_to_in_php_serialize() {
    let bytes = b"a:1:{s:4:\"self\";R:1;}";
    let mut session = decoded(Format::PhpSerialize, bytes);
    session.insert("n", 1);
    assert_eq!(encoded(Format::PhpSerialize, &session), "a:2:{s:4:\"self\";R:1;s:1:\"n\";i:1;}");
    assert!(unwritable(Format::Php, &session).starts_with("a reference leads to no value"));
}

#[test]
fn a_session_that_only_php_can_count_is_written_back_and_not_changed() {
    for bytes in [
        // A reference after an object that may hold any number of values.
        "c|C:1:\"S\":2:{xx}a|a:0:{}b|R:2;",
        "c|C:1:\"S\":2:{xx}b|R:9;",
        // A reference within one.
        "a|a:0:{}c|C:1:\"S\":4:{r:1;}",
    ] {
        let mut session = session(bytes);
        assert_eq!(written(&session), bytes);
        session.insert("n", 1);
        let refusal = unwritable(Format::Php, &session);
        assert!(refusal.starts_with("references in or after an object"), "{bytes}: {refusal}");
    }
}

#[test]
fn references_that_lead_before_such_an_object_are_counted() {
    let mut session = session("a|a:0:{}c|C:1:\"S\":2:{xx}b|R:1;");
    session.insert("n", 1);
    assert_eq!(written(&session), "a|a:0:{}c|C:1:\"S\":2:{xx}b|R:1;n|i:1;");
}
