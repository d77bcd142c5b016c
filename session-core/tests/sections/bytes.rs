//! Unchanged sections keep their bytes.

use crate::{Counter, Flash, Quoted, counter, decoded, encoded, flash};
use proptest::prelude::{Strategy, any, prop};
use proptest::{prop_assert_eq, proptest};
use serde_json::Value;
use session_core::codec::Codec;
use session_core::sections::{JsonSections, Sections};
use session_core::store::Payload;

const ODD: &str = " {\r\n\"\\u0061\" : [1.10, -0, 1E+2, 123456789012345678901234567890],\t\"counter\":\
                   {\"count\":1} , \"\\ud83d\\ude00/\\/\": \" \\u00e9é \" }\n";

#[test]
fn unchanged_data_is_the_very_payload() {
    let payload = Payload::text(ODD);
    let sections = JsonSections::new().decode(&payload).unwrap();
    assert_eq!(JsonSections::new().encode(&sections).unwrap(), payload);
    let binary = Payload::binary(ODD.as_bytes());
    let sections = JsonSections::new().decode(&binary).unwrap();
    assert_eq!(JsonSections::new().encode(&sections).unwrap(), payload);
}

#[test]
fn a_change_that_is_taken_back_is_none() {
    let mut sections = decoded(ODD);
    sections.set(&counter(2)).unwrap();
    sections.set(&Quoted(1)).unwrap();
    assert!(encoded(&sections) != ODD);
    assert!(sections.remove::<Quoted>());
    assert!(sections.set(&counter(1)).unwrap());
    assert_eq!(encoded(&sections), ODD);
    assert!(sections.remove::<Counter>() && sections.set(&counter(1)).unwrap());
    assert_eq!(encoded(&sections), ODD);
}

#[test]
fn a_change_leaves_the_bytes_of_the_others() {
    let mut sections = decoded(ODD);
    sections.set(&counter(2)).unwrap();
    sections.set(&flash("x")).unwrap();
    let expected = "{\"\\u0061\":[1.10, -0, 1E+2, 123456789012345678901234567890],\"counter\":\
                    {\"count\":2},\"\\ud83d\\ude00/\\/\":\" \\u00e9é \",\"flash\":[\"x\"]}";
    assert_eq!(encoded(&sections), expected);
    sections.remove::<Counter>();
    sections.remove::<Flash>();
    assert_eq!(sections.names().collect::<Vec<_>>(), ["a", "😀//"]);
}

/// JSON with blanks and escapes in all possible positions.
fn json() -> impl Strategy<Value = String> {
    let leaf = proptest::prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<String>().prop_map(|text| Value::from(text).to_string()),
        proptest::sample::select(vec!["null", "true", "1.50", "-0.0e-7", "\"\\u00e9\\/\""])
            .prop_map(ToOwned::to_owned),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4)
            .prop_map(|values| format!("[ {} ]", values.join(" ,\n")));
        let map = prop::collection::vec((any::<String>(), inner), 0..4).prop_map(|entries| {
            let entry = |(name, value): &(String, String)| format!("{} : {value}", quoted(name));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(","))
        });
        proptest::prop_oneof![list, map]
    })
}

fn quoted(name: &str) -> String {
    Value::from(name).to_string()
}

proptest! {
    #[test]
    fn other_sections_come_through_a_change(
        others in prop::collection::btree_map("[^c].{0,6}", json(), 0..5),
        count in any::<u64>(),
    ) {
        let entry = |(name, value): (&String, &String)| format!("{}: {value}", quoted(name));
        let entries: Vec<_> = others.iter().map(entry).collect();
        let stored = Payload::text(format!("{{ {} }}", entries.join(" , ")));
        let mut sections = JsonSections::new().decode(&stored).unwrap();
        prop_assert_eq!(JsonSections::new().encode(&sections).unwrap(), stored);
        sections.set(&counter(count)).unwrap();
        let changed = decoded(&encoded(&sections));
        prop_assert_eq!(changed.get::<Counter>().unwrap(), Some(counter(count)));
        let entries = others.iter().map(|(name, value)| format!("{}:{value}", quoted(name)));
        let own = format!("\"counter\":{{\"count\":{count}}}");
        let expected: Vec<_> = entries.chain([own]).collect();
        prop_assert_eq!(encoded(&changed), format!("{{{}}}", expected.join(",")));
    }

    /// This decoder and `serde_json` accept the same texts, with the same meaning.
    #[test]
    fn what_is_an_object_is_decoded(text in "[{}\\[\\]\":,a1 \\\\]{0,12}") {
        let sections = JsonSections::new().decode(&Payload::text(text.as_str()));
        let map: Result<serde_json::Map<String, Value>, _> = serde_json::from_str(&text);
        match (sections, map) {
            (Ok(sections), Ok(map)) => {
                let mut names: Vec<_> = sections.names().collect();
                names.sort_unstable();
                prop_assert_eq!(names, map.keys().collect::<Vec<_>>());
            }
            (Err(_), Ok(map)) => {
                let entries = text.matches(':').count();
                proptest::prop_assert!(entries > map.len(), "names that occur twice: {text}");
            }
            (sections, map) => prop_assert_eq!(sections.is_ok(), map.is_ok(), "{}", text),
        }
    }
}

#[test]
fn new_data_is_an_empty_object() {
    assert_eq!(encoded(&Sections::default()), "{}");
}
