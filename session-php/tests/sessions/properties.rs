//! Encoding and then decoding returns the same session.

use crate::checks::renumbered;
use crate::linked::{linked, links};
use crate::support::{codec, forgotten};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use session_core::codec::Codec;
use session_core::store::Payload;
use session_php::{Array, Custom, EnumCase, Format, Key, Object, SessionData, Value};

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..20), "[a-zA-Z_\\\\]{1,8}".prop_map(String::into_bytes)]
}

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        any::<i64>().prop_map(Key::Int),
        (0..9_i64).prop_map(Key::Int),
        bytes().prop_map(Key::from)
    ]
}

fn class() -> impl Strategy<Value = Vec<u8>> {
    "[A-Z][a-z]{0,5}(\\\\[A-Z][a-z]{0,5})?".prop_map(String::into_bytes)
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Float),
        any::<u64>().prop_map(|bits| Value::Float(f64::from_bits(bits))),
        bytes().prop_map(Value::Bytes),
        (class(), class()).prop_map(|(class, case)| EnumCase { class, case }.into()),
        (class(), bytes()).prop_map(|(class, data)| Custom { class, data }.into()),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(5, 60, 8, |inner| {
        let entries = vec((key(), inner.clone()), 0..8).prop_map(Array::from_iter);
        let names = prop_oneof![bytes().prop_map(Key::Bytes), any::<i64>().prop_map(Key::Int)];
        let properties = vec((names, inner.clone()), 0..8).prop_map(Array::from_iter);
        prop_oneof![
            entries.prop_map(Value::Array),
            vec(inner, 0..8).prop_map(Value::list),
            (class(), properties)
                .prop_map(|(class, properties)| Object { class, properties }.into()),
        ]
    })
}

/// Names that the format supports.
pub(crate) fn name(format: Format) -> impl Strategy<Value = Key> {
    let fits = move |key: &Key| match (format, key) {
        (Format::PhpSerialize, _) => true,
        (_, Key::Int(_)) => false,
        (Format::Php, Key::Bytes(name)) => !name.contains(&b'|'),
        (Format::PhpBinary, Key::Bytes(name)) => name.len() < 128,
    };
    key().prop_filter("the format has such names", fits)
}

fn format_and_session() -> impl Strategy<Value = (Format, SessionData)> {
    (0..3_usize).prop_flat_map(|number| {
        let format = Format::ALL[number];
        let session = vec((name(format), value()), 0..6).prop_map(SessionData::from_iter);
        let session = (session, links()).prop_map(|(session, links)| linked(session, &links));
        (Just(format), session)
    })
}

/// The session after encoding and decoding.
fn again(format: Format, session: &SessionData) -> (Payload, SessionData) {
    let payload = codec(format).encode(session).expect("the format can hold it");
    let decoded = codec(format).decode(&payload).expect("it was encoded");
    (payload, decoded)
}

fn references_in(value: &Value) -> usize {
    match value.resolve() {
        Value::Reference(_) => 1,
        Value::Array(array) => array.iter().map(|(_, value)| references_in(value)).sum(),
        Value::Object(object) => {
            object.properties.iter().map(|(_, value)| references_in(value)).sum()
        }
        _ => 0,
    }
}

#[test]
fn many_generated_sessions_have_references_that_can_be_written() {
    let mut runner = TestRunner::deterministic();
    let mut count = 0;
    for _ in 0..200 {
        let (format, session) = format_and_session().new_tree(&mut runner).unwrap().current();
        let written = codec(format).encode(&session).is_ok();
        let references: usize = session.iter().map(|(_, value)| references_in(value)).sum();
        count += usize::from(written && references > 0);
    }
    assert!(count > 50, "{count} of 200");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn decode_after_encode_is_the_identity((format, session) in format_and_session()) {
        // Data that looks like references is rejected in a changed or new session.
        prop_assume!(codec(format).encode(&session).is_ok());
        let (payload, decoded) = again(format, &session);
        prop_assert!(renumbered(&decoded) == renumbered(&session));
        let (spelled, _) = again(format, &forgotten(&decoded));
        prop_assert!(spelled == payload);
    }

    #[test]
    fn a_changed_variable_changes_no_other((format, session) in format_and_session(), new in value()) {
        prop_assume!(codec(format).encode(&session).is_ok());
        let (_, mut decoded) = again(format, &session);
        let name = Key::from("a name of its own");
        decoded.insert(name.clone(), new.clone());
        prop_assume!(codec(format).encode(&decoded).is_ok());
        let (_, mut changed) = again(format, &decoded);
        prop_assert!(changed.remove(name) == Some(new));
        prop_assert!(renumbered(&changed) == renumbered(&session));
    }

    #[test]
    fn floats_come_back_to_the_bit(float in any::<f64>()) {
        let (_, decoded) = again(Format::Php, &SessionData::from_iter([("v", float)]));
        let back = decoded.get("v").and_then(Value::as_float).expect("it is a float");
        prop_assert!(back.to_bits() == float.to_bits() || (back.is_nan() && float.is_nan()));
    }
}
