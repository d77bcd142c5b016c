//! References keep their targets when values around them are added and removed.

use crate::support::{codec, decoded, encoded, forgotten, refusal, session, unwritable, written};
use serde::{Deserialize, Serialize};
use session_core::codec::Codec;
use session_core::store::Payload;
use session_php::{
    Anchor, Array, Format, Object, Reference, ReferenceKind, ReferenceTarget, SessionData, Value,
    Visibility,
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
        ("a", ReferenceTarget::new(Anchor(1), 5).into()),
        ("b", ReferenceTarget::new(Anchor(2), variable(1)).into()),
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
fn a_reference_to_what_was_replaced_is_rejected() {
    let mut session = session(SHARED);
    session.insert("o", 1);
    assert!(unwritable(Format::Php, &session).starts_with("a reference has no target"));
    session.remove("same");
    assert_eq!(written(&session), "x|i:1;o|i:1;v|a:1:{i:0;N;}w|R:3;");
}

/// The bytes after variables were removed. PHP wrote the same after `unset`.
pub(crate) const REMOVED: [(&str, &[&str], &str); 12] = [
    ("a|i:1;b|R:1;", &["a"], "b|i:1;"),
    ("a|i:1;b|R:1;", &["b"], "a|i:1;"),
    ("a|i:1;b|R:1;c|R:1;", &["a"], "b|i:1;c|R:1;"),
    ("a|i:1;b|R:1;c|R:1;", &["a", "b"], "c|i:1;"),
    ("a|O:8:\"stdClass\":0:{}b|r:1;c|r:1;", &["a"], "b|O:8:\"stdClass\":0:{}c|r:1;"),
    // An object in two variables, of which one has two names. PHP makes them one.
    ("a|O:8:\"stdClass\":0:{}b|r:1;c|R:1;d|R:1;", &["a"], "b|O:8:\"stdClass\":0:{}c|R:1;d|R:1;"),
    ("a|O:8:\"stdClass\":0:{}c|R:1;b|r:1;", &["a"], "c|O:8:\"stdClass\":0:{}b|r:1;"),
    // A value within a variable, and a value that contains itself.
    ("a|a:2:{i:0;i:5;i:1;a:1:{i:0;R:2;}}b|R:3;", &["a"], "b|a:1:{i:0;i:5;}"),
    ("x|a:1:{i:0;i:5;}b|R:2;c|R:2;", &["x"], "b|i:5;c|R:1;"),
    (
        "o|O:8:\"stdClass\":1:{s:2:\"me\";r:1;}p|r:1;",
        &["o"],
        "p|O:8:\"stdClass\":1:{s:2:\"me\";r:1;}",
    ),
    ("self|a:1:{s:2:\"me\";R:1;}n|i:1;", &["self"], "n|i:1;"),
    (
        "a|a:1:{i:0;O:8:\"stdClass\":1:{s:1:\"k\";i:1;}}n|i:1;b|a:2:{i:0;R:3;i:1;r:2;}c|r:2;",
        &["a"],
        "n|i:1;b|a:2:{i:0;i:1;i:1;O:8:\"stdClass\":1:{s:1:\"k\";R:3;}}c|r:4;",
    ),
];

#[test]
fn a_value_that_is_removed_stays_for_its_other_names() {
    for (bytes, names, expected) in REMOVED {
        let mut session = session(bytes);
        for name in names {
            session.remove(*name).unwrap();
        }
        assert_eq!(written(&session), expected, "{bytes}");
    }
}

#[test]
fn a_removed_value_is_given_back_and_can_stand_elsewhere() {
    let mut session = session("a|a:1:{i:0;i:5;}b|R:1;c|R:2;");
    let removed = session.remove("a").unwrap();
    assert_eq!(removed, Array::list([Value::from(5)]).into());
    session.insert("d", removed);
    assert_eq!(written(&session), "b|a:1:{i:0;i:5;}c|R:2;d|a:1:{i:0;i:5;}");
}

#[test]
fn what_references_lead_to_is_changed_for_all() {
    let mut session = session(SHARED);
    *session.get_mut("v").unwrap().resolve_mut() = Value::from(9);
    assert_eq!(follow(&session, "w").and_then(Value::as_int), Some(9));
    assert!(written(&session).ends_with("v|i:9;w|R:5;"));
}

#[test]
fn a_reference_to_an_object_that_became_something_else_is_rejected() {
    let mut session = session(SHARED);
    *session.get_mut("o").unwrap().resolve_mut() = Value::from(9);
    assert!(unwritable(Format::Php, &session).starts_with("the target of a reference"));
}

#[test]
fn references_can_be_made() {
    let anchor = Anchor(1);
    let kind = ReferenceKind::Object;
    let mut session = SessionData::new();
    session.insert("a", ReferenceTarget::new(anchor, Object::new("P")));
    session.insert("b", Reference { kind, anchor });
    assert_eq!(written(&session), "a|O:1:\"P\":0:{}b|r:1;");
    session.insert("c", ReferenceTarget::new(anchor, 1));
    assert_eq!(
        unwritable(Format::Php, &session),
        "two values have the same anchor: give each its own"
    );
}

#[test]
fn the_whole_session_can_be_referred_to_in_php_serialize() {
    let bytes = b"a:1:{s:4:\"self\";R:1;}";
    let mut session = decoded(Format::PhpSerialize, bytes);
    session.insert("n", 1);
    assert_eq!(encoded(Format::PhpSerialize, &session), "a:2:{s:4:\"self\";R:1;s:1:\"n\";i:1;}");
    assert!(unwritable(Format::Php, &session).starts_with("a reference has no target"));
}

/// Sessions whose values only PHP can count, each with a variable at the end.
const OPAQUE: [&str; 4] = [
    // A reference after an object that may hold any number of values.
    "n|i:1;c|C:1:\"S\":2:{xx}a|a:0:{}b|R:3;z|i:1;",
    "n|i:1;c|C:1:\"S\":2:{xx}b|R:9;z|i:1;",
    "n|i:1;c|C:1:\"S\":2:{xx}a|O:1:\"P\":0:{}b|r:4;z|i:1;",
    // A reference within such an object.
    "n|i:1;a|a:0:{}c|C:1:\"S\":4:{r:2;}z|i:1;",
];

#[test]
fn a_session_that_only_php_can_count_is_changed_after_its_last_reference() {
    for bytes in OPAQUE {
        let mut session = session(bytes);
        assert_eq!(written(&session), bytes);
        session.insert("more", 1);
        assert_eq!(written(&session), format!("{bytes}more|i:1;"));
        session.insert("z", 2);
        assert_eq!(written(&session), format!("{}more|i:1;", bytes.replace("z|i:1", "z|i:2")));
        session.remove("z");
        assert_eq!(written(&session), format!("{}more|i:1;", bytes.replace("z|i:1;", "")));
    }
}

#[test]
fn a_scalar_before_what_only_php_can_count_is_changed_where_it_stands() {
    for bytes in OPAQUE {
        let mut session = session(bytes);
        session.insert("n", "new");
        assert_eq!(written(&session), bytes.replacen("n|i:1;", "n|s:3:\"new\";", 1));
    }
}

#[test]
fn a_value_that_moves_what_only_php_can_count_is_rejected() {
    for bytes in OPAQUE {
        let refused = |change: fn(&mut SessionData)| {
            let mut session = session(bytes);
            change(&mut session);
            let refusal = unwritable(Format::Php, &session);
            assert!(refusal.starts_with("references in or after an object"), "{bytes}: {refusal}");
        };
        refused(|session| drop(session.remove("n")));
        refused(|session| drop(session.insert("n", Array::list([Value::Null]))));
        refused(|session| *session = forgotten(session));
    }
    let bytes = OPAQUE[2];
    let mut session = session(bytes);
    // Only PHP knows whether this value is the target of the reference.
    session.insert("a", Object::new("Q"));
    assert!(unwritable(Format::Php, &session).starts_with("references in or after an object"));
}

#[test]
fn what_a_reference_in_an_opaque_object_leads_to_is_changed_in_place_and_not_replaced() {
    let bytes = "u|O:1:\"P\":1:{s:1:\"n\";i:7;}c|C:1:\"S\":4:{r:1;}";
    let mut changed = session(bytes);
    *changed.get_mut("u").and_then(Value::as_object_mut).unwrap().get_mut("n").unwrap() = 8.into();
    assert_eq!(written(&changed), bytes.replace("i:7", "i:8"));
    let mut replaced = session(bytes);
    let mut other = Object::new("P");
    other.insert(Visibility::Public, "n", 8);
    replaced.insert("u", other);
    assert!(unwritable(Format::Php, &replaced).starts_with("a reference has no target"));
}

#[test]
fn text_in_an_opaque_object_is_no_reference() {
    let spelled = |text: &str| {
        let string = format!("s:{}:\"{text}\";", text.len());
        format!("C:3:\"Box\":{}:{{{string}}}", string.len())
    };
    let raw = |text: &str| format!("C:3:\"Box\":{}:{{{text}}}", text.len());
    for object in [
        spelled("user:1 now"),
        spelled("server:8080"),
        spelled("to r:10; or R:1;"),
        raw("user:1;server:8080;"),
        raw("{\"user\":1,\"r:1;\":2}"),
    ] {
        let mut session = session(format!("a|i:1;box|{object}n|i:1;"));
        session.remove("a");
        session.insert("n", 2);
        assert_eq!(written(&session), format!("box|{object}n|i:2;"));
    }
}

#[test]
fn references_that_lead_before_such_an_object_are_counted() {
    let mut session = session("x|i:1;a|a:0:{}c|C:1:\"S\":2:{xx}b|R:2;");
    session.remove("x");
    session.insert("n", 1);
    assert_eq!(written(&session), "a|a:0:{}c|C:1:\"S\":2:{xx}b|R:1;n|i:1;");
}
