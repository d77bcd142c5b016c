//! Changes of different sections are merged; those of one section are not (S8).

use proptest::prelude::{Strategy, prop};
use proptest::{prop_assert_eq, proptest};
use session_core::codec::{Base64, Codec, Limits, RawString};
use session_core::sections::JsonSections;
use session_core::store::Payload;
use session_core::strategy::Merge;
use session_core::{ErrorKind, Result};
use std::collections::BTreeMap;
use std::sync::Arc;

fn merged(read: &str, changed: &str, stored: &str) -> Option<String> {
    let [read, changed, stored] = [read, changed, stored].map(Payload::text);
    let merged = JsonSections::new().merge(&read, &changed, &stored).unwrap();
    merged.map(|payload| crate::text(&payload))
}

#[test]
fn sections_that_others_changed_stay_as_they_are_stored() {
    let read = r#"{"a":1,"b":1,"c":1}"#;
    let found = merged(read, r#"{"a":2,"b":1,"c":1}"#, r#"{ "c" : 3, "d":[ 4 ], "a":1 }"#);
    assert_eq!(found.as_deref(), Some(r#"{"c":3,"d":[ 4 ],"a":2}"#));
}

#[test]
fn a_section_is_added_and_removed() {
    let read = r#"{"a":1,"b":1}"#;
    let found = merged(read, r#"{"b":1,"c":3}"#, r#"{"a":1,"b":2}"#);
    assert_eq!(found.as_deref(), Some(r#"{"b":2,"c":3}"#));
}

#[test]
fn a_section_that_both_changed_is_not_merged() {
    let read = r#"{"a":1}"#;
    for (changed, stored) in [
        (r#"{"a":2}"#, r#"{"a":3}"#),
        (r#"{"a":2}"#, r#"{"a":2}"#),
        (r#"{"a":2}"#, r#"{"a": 1.0}"#),
        (r#"{"a":2}"#, "{}"),
        ("{}", r#"{"a":2}"#),
        ("{}", "{}"),
        (r#"{"a":1,"b":1}"#, r#"{"a":1,"b":1}"#),
        (r#"{"a":1,"b":1}"#, r#"{"a":1,"\u0062":2}"#),
    ] {
        assert_eq!(merged(read, changed, stored), None, "{changed} {stored}");
    }
}

#[test]
fn without_a_change_the_stored_payload_stays() {
    let stored = " {\"a\" :2}";
    assert_eq!(merged("{}", "{}", stored).as_deref(), Some(stored));
    assert_eq!(merged(r#"{"a":1}"#, r#"{ "a" : 1 }"#, stored).as_deref(), Some(stored));
}

#[test]
fn what_cannot_be_decoded_is_not_merged() {
    for [read, changed, stored] in [["[]", "{}", "{}"], ["{}", "1", "{}"], ["{}", "{}", "{"]] {
        assert_eq!(merged(read, changed, stored), None);
    }
}

#[test]
fn a_section_that_cannot_be_decoded_is_merged_unread() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let stored = format!("{{\"deep\":{deep},\"a\":1}}");
    let found = merged(r#"{"a":1}"#, r#"{"a":2}"#, &stored);
    assert_eq!(found, Some(format!("{{\"deep\":{deep},\"a\":2}}")));
}

#[test]
fn the_result_is_of_the_kind_that_was_to_be_written() {
    let [read, changed, stored] =
        [r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":1}"#].map(|json| Payload::binary(json.as_bytes()));
    let merge: Arc<dyn Merge> = Arc::new(JsonSections::new());
    assert_eq!(merge.merge(&read, &changed, &stored).unwrap(), Some(changed));
}

#[test]
fn sections_in_base64_are_merged() {
    let merge = Base64::new(JsonSections::new());
    let base64 = |json: &str| Payload::text(base64_of(json));
    let [read, changed, stored] = [r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":1,"b":1}"#].map(base64);
    let expected = base64(r#"{"a":2,"b":1}"#);
    assert_eq!(merge.merge(&read, &changed, &stored).unwrap(), Some(expected.clone()));
    assert_eq!(merge.merge(&read, &changed, &changed).unwrap(), None);
    assert_eq!(merge.merge(&read, &changed, &Payload::text("{}")).unwrap(), None);
    let changed = Payload::binary(changed.as_bytes());
    let expected = Payload::binary(expected.as_bytes());
    assert_eq!(merge.merge(&read, &changed, &stored).unwrap(), Some(expected));
}

/// Base64 as the codec makes it.
fn base64_of(json: &str) -> String {
    let encoded = Base64::new(RawString::new()).encode(&json.to_owned()).unwrap();
    crate::text(&encoded)
}

#[test]
fn a_result_beyond_the_limit_is_too_large() {
    let merge = JsonSections::new().with_limits(Limits::new().max_bytes(16));
    let [read, changed, stored] = ["{}", r#"{"a":"12345"}"#, r#"{"b":"12345"}"#].map(Payload::text);
    let result: Result<_> = merge.merge(&read, &changed, &stored);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::TooLarge { size: 25, limit: 16 });
}

type Map = BTreeMap<String, u8>;

fn map() -> impl Strategy<Value = Map> {
    prop::collection::btree_map("[a-d]", 0..3_u8, 0..4)
}

fn payload(map: &Map) -> Payload {
    Payload::text(serde_json::to_string(map).unwrap())
}

/// Merges name by name.
fn expected(read: &Map, changed: &Map, stored: &Map) -> Option<Map> {
    let mut result = Map::new();
    for name in ["a", "b", "c", "d"] {
        let (before, own, other) = (read.get(name), changed.get(name), stored.get(name));
        let value = match (own == before, other == before) {
            (true, _) => other,
            (false, true) => own,
            (false, false) => return None,
        };
        result.extend(value.map(|value| (name.to_owned(), *value)));
    }
    Some(result)
}

proptest! {
    #[test]
    fn each_section_is_merged_by_itself(read in map(), changed in map(), stored in map()) {
        let merge = JsonSections::new();
        let found = merge.merge(&payload(&read), &payload(&changed), &payload(&stored)).unwrap();
        let found = found.map(|found| serde_json::from_slice(found.as_bytes()).unwrap());
        prop_assert_eq!(found, expected(&read, &changed, &stored));
    }
}
