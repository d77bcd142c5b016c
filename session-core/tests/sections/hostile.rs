//! Payloads that are not sections, and payloads that try to exhaust the process.

use crate::{Counter, counter, decoded, encoded, text};
use serde::{Deserialize, Serialize};
use session_core::ErrorKind;
use session_core::codec::Codec;
use session_core::sections::{JsonSections, Section};
use session_core::store::Payload;
use session_core::strategy::Merge;

#[test]
fn what_is_no_object_of_sections_is_corrupt() {
    for json in [
        "",
        " ",
        "null",
        "7",
        "\"{}\"",
        "[]",
        "[{}]",
        "{",
        "}",
        "{}}",
        "{} {}",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{1:1}",
        "{\"a\":1;}",
        "{\"a\":01}",
        "{\"a\":tru}",
        "{\"a\":[}",
        "{\"a\":\"\n\"}",
        "{\"\\ud800\":1}",
        "{\"a\":\"\\x\"}",
        "\u{feff}{}",
        "{\"a\":1}\0",
    ] {
        for payload in [Payload::text(json), Payload::binary(json.as_bytes())] {
            let error = JsonSections::new().decode(&payload).expect_err(json);
            assert_eq!(error.kind(), ErrorKind::Corrupt, "{json}");
            assert_eq!(error.payload(), Some(&payload));
        }
    }
}

#[test]
fn two_sections_of_one_name_are_corrupt() {
    for json in [r#"{"a":1,"a":1}"#, r#"{"a":1,"b":2,"\u0061":3}"#] {
        let error = JsonSections::new().decode(&Payload::text(json)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "decode: the data cannot be decoded: two sections have one name",
        );
    }
}

#[test]
fn bytes_that_are_no_text_are_corrupt() {
    for bytes in [&b"\xff{}"[..], b"{\"a\":\"\xff\"}", b"{\"\xc3\":1}", b"{}\x80"] {
        let error = JsonSections::new().decode(&Payload::binary(bytes)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert!(error.to_string().contains("not UTF-8 at byte"), "{error}");
    }
}

/// A type of nested values, to the depth of the payload.
#[derive(Debug, Serialize, Deserialize)]
struct Nested(Vec<Nested>);

impl Section for Nested {
    const NAME: &'static str = "deep";
}

#[test]
fn depth_is_of_no_account_in_a_section_that_is_not_read() {
    let depth = 200_000;
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let payload = Payload::text(format!("{{\"deep\":{deep},\"counter\":{{\"count\":1}}}}"));
    let mut sections = JsonSections::new().decode(&payload).unwrap();
    assert_eq!(sections.get::<Counter>().unwrap(), Some(counter(1)));
    let error = sections.get::<Nested>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().ends_with("section deep: nested deeper than the limit of 128"));
    sections.set(&counter(2)).unwrap();
    let written = JsonSections::new().encode(&sections).unwrap();
    assert_eq!(text(&written), format!("{{\"deep\":{deep},\"counter\":{{\"count\":2}}}}"));
}

#[test]
fn many_sections_take_time_for_each_but_not_for_each_pair() {
    let names = (0..200_000).map(|number| format!("\"{number}\":0"));
    let json = format!("{{{},\"counter\":{{\"count\":1}}}}", names.collect::<Vec<_>>().join(","));
    let mut sections = decoded(&json);
    assert_eq!(sections.len(), 200_001);
    assert!(sections.set(&counter(2)).unwrap());
    assert_eq!(encoded(&sections).len(), json.len());
}

#[test]
fn a_merge_of_many_sections_takes_time_for_each_but_not_for_each_pair() {
    let named = |prefix: &str| {
        let sections = (0..100_000).map(|number| format!("\"{prefix}{number}\":0"));
        sections.collect::<Vec<_>>().join(",")
    };
    let (own, others) = (named("own"), named("others"));
    let [read, changed, stored] =
        ["", &own, &others].map(|json| Payload::text(format!("{{{json}}}")));
    let merge = JsonSections::new();
    let added = merge.merge(&read, &changed, &stored).unwrap().unwrap();
    assert_eq!(added.len(), changed.len() + stored.len() - 1);
    let both = Payload::text(format!("{{{own},{others}}}"));
    assert_eq!(merge.merge(&changed, &read, &both).unwrap(), Some(stored));
}
