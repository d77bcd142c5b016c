//! A section is decoded by its own type when it is requested.

use crate::{Counter, Flash, Quoted, counter, decoded, encoded, flash};
use serde_json::Value;
use session_core::ErrorKind;
use session_core::codec::{Codec, Json};
use session_core::sections::{JsonSections, Sections};
use session_core::store::{Payload, PayloadKind};
use std::collections::{BTreeMap, HashMap};

#[test]
fn a_section_is_found_by_its_name() {
    let sections = decoded(r#"{"flash":["saved"],"counter":{"count":7}}"#);
    assert_eq!(sections.get::<Counter>().unwrap(), Some(counter(7)));
    assert_eq!(sections.get::<Flash>().unwrap(), Some(flash("saved")));
    assert_eq!(sections.get::<Quoted>().unwrap(), None);
    assert!(sections.contains::<Counter>());
    assert!(!sections.contains::<Quoted>());
    assert_eq!(sections.names().collect::<Vec<_>>(), ["flash", "counter"]);
    assert_eq!((sections.len(), sections.is_empty()), (2, false));
}

#[test]
fn there_are_no_sections_in_new_data() {
    for sections in [Sections::default(), decoded("{}"), decoded(" { } ")] {
        assert_eq!(sections.get::<Counter>().unwrap(), None);
        assert_eq!((sections.len(), sections.is_empty()), (0, true));
    }
}

#[test]
fn a_name_is_the_same_however_it_is_spelled() {
    for json in ["{\"a\\\"é\\n\":3}", "{\"\\u0061\\u0022\\u00e9\\u000A\":3}"] {
        let sections = decoded(json);
        assert_eq!(sections.get::<Quoted>().unwrap(), Some(Quoted(3)), "{json}");
        assert_eq!(sections.names().collect::<Vec<_>>(), ["a\"é\n"]);
    }
}

#[test]
fn text_is_read_from_bytes_too() {
    let json = "{\"é\":\"ü\",\"counter\":{\"count\":1}}";
    let payload = Payload::binary(json.as_bytes());
    let mut sections = JsonSections::new().decode(&payload).unwrap();
    assert_eq!(sections.get::<Counter>().unwrap(), Some(counter(1)));
    assert_eq!(sections.names().collect::<Vec<_>>(), ["é", "counter"]);
    let written = JsonSections::new().encode(&sections).unwrap();
    assert_eq!((written.kind(), written), (PayloadKind::Text, Payload::text(json)));
    assert!(sections.set(&counter(2)).unwrap());
    assert_eq!(encoded(&sections), "{\"é\":\"ü\",\"counter\":{\"count\":2}}");
}

#[test]
fn a_section_of_another_shape_is_corrupt_alone() {
    let payload = Payload::text(r#"{"counter":{"count":"secret"},"flash":["saved"]}"#);
    let sections = JsonSections::new().decode(&payload).unwrap();
    let error = sections.get::<Counter>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert_eq!(error.payload(), Some(&payload));
    let expected = "decode: the data cannot be decoded: section counter: JSON of another shape at line 1, column 17";
    assert_eq!(error.to_string(), expected);
    assert!(!format!("{error:?}").contains("secret"));
    assert_eq!(sections.get::<Flash>().unwrap(), Some(flash("saved")));
}

#[test]
fn a_section_that_cannot_be_decoded_can_be_replaced_or_removed() {
    let mut sections = decoded(r#"{"counter":"\ud800","flash":3}"#);
    assert_eq!(sections.get::<Counter>().unwrap_err().kind(), ErrorKind::Corrupt);
    assert!(sections.contains::<Flash>() && sections.remove::<Flash>());
    assert!(sections.set(&counter(1)).unwrap());
    assert_eq!(encoded(&sections), r#"{"counter":{"count":1}}"#);
}

/// The rows of tower-sessions hold such a map.
#[test]
fn a_map_of_values_has_the_same_form() {
    let one: HashMap<_, _> = [("counter".to_owned(), serde_json::json!({"count": 5}))].into();
    let stored = Json::new().encode(&one).unwrap();
    let mut sections = JsonSections::new().decode(&stored).unwrap();
    assert_eq!(sections.get::<Counter>().unwrap(), Some(counter(5)));
    assert!(sections.set(&flash("hello")).unwrap());
    let written = JsonSections::new().encode(&sections).unwrap();
    let map: BTreeMap<String, Value> = Json::new().decode(&written).unwrap();
    assert_eq!(map["counter"]["count"], 5);
    assert_eq!(map["flash"][0], "hello");
}

#[test]
fn debug_shows_no_name_and_no_value() {
    let mut sections = decoded(r#"{"name-of-a-user":"secret"}"#);
    sections.set(&flash("secret")).unwrap();
    assert_eq!(format!("{sections:?}"), "Sections(2, redacted)");
}
