//! Tests of a codec's limits, and of its allocations for numbers that it reads.

use crate::support::{codec, detail, refusal};
use session_core::ErrorKind;
use session_core::codec::{Codec, Limits};
use session_core::store::Payload;
use session_php::{Format, Partial, SessionData, Value};
use std::collections::BTreeMap;

/// A session with this many nested arrays.
fn nested(levels: usize) -> Vec<u8> {
    let (open, close) = ("a:1:{i:0;".repeat(levels - 1), "}".repeat(levels - 1));
    format!("v|{open}a:0:{{}}{close}").into_bytes()
}

fn decode(limits: Limits, bytes: &[u8]) -> Result<SessionData, String> {
    let codec = codec(Format::Php).with_limits(limits);
    codec.decode(&Payload::binary(bytes)).map_err(|error| detail(&error))
}

fn encode(limits: Limits, value: Value) -> Result<Payload, String> {
    let session = SessionData::from_iter([("v", value)]);
    codec(Format::Php).with_limits(limits).encode(&session).map_err(|error| detail(&error))
}

#[test]
fn depth_is_limited_in_both_directions() {
    let limits = Limits::new().max_depth(3);
    let refused = "nested deeper than the limit of 3";
    let value = |session: SessionData| session.get("v").expect("it is there").clone();
    assert!(decode(limits, &nested(3)).is_ok());
    assert_eq!(decode(limits, &nested(4)).unwrap_err(), refused);
    let three = value(decode(Limits::new(), &nested(3)).unwrap());
    assert!(encode(limits, three).is_ok());
    let four = value(decode(Limits::new(), &nested(4)).unwrap());
    assert_eq!(encode(limits, four).unwrap_err(), refused);
    assert!(decode(Limits::new().max_depth(0), b"").is_ok());
    assert!(decode(Limits::new().max_depth(0), b"v|N;").is_err());
}

#[test]
fn values_are_limited_in_both_directions() {
    let limits = Limits::new().max_values(3);
    let refused = "more values than the limit of 3";
    assert!(decode(limits, b"a|N;b|N;c|N;").is_ok());
    assert_eq!(decode(limits, b"a|N;b|N;c|N;d|N;").unwrap_err(), refused);
    assert!(decode(limits, b"v|a:2:{i:0;N;i:1;N;}").is_ok());
    assert_eq!(decode(limits, b"v|a:3:{i:0;N;i:1;N;i:2;N;}").unwrap_err(), refused);
    assert!(encode(limits, Value::list([Value::Null, Value::Null])).is_ok());
    let three = Value::list([Value::Null, Value::Null, Value::Null]);
    assert_eq!(encode(limits, three).unwrap_err(), refused);
}

#[test]
fn bytes_are_limited_in_both_directions() {
    let limits = Limits::new().max_bytes(6);
    assert!(decode(limits, b"v|i:1;").is_ok());
    assert_eq!(decode(limits, b"v|i:12;").unwrap_err(), "longer than the limit of 6 bytes");
    assert!(encode(limits, Value::from(1)).is_ok());
    let session = SessionData::from_iter([("v", 12)]);
    let error = codec(Format::Php).with_limits(limits).encode(&session).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge { size: 7, limit: 6 });
}

#[test]
fn numbers_that_announce_more_than_there_is_are_rejected_at_once() {
    for announced in ["9", "4294967296", "9223372036854775807", "18446744073709551615"] {
        for (head, tail) in [
            ("s:", ":\"x\";"),
            ("S:", ":\"x\";"),
            ("a:", ":{}"),
            ("O:", ":\"P\":0:{}"),
            ("O:1:\"P\":", ":{}"),
            ("C:", ":\"P\":0:{}"),
            ("C:1:\"P\":", ":{}"),
            ("E:", ":\"E:C\";"),
        ] {
            let refusal = refusal(Format::Php, format!("v|{head}{announced}{tail}").as_bytes());
            assert!(refusal.starts_with("expected "), "{refusal}");
        }
    }
    let refusal = refusal(Format::Php, b"v|s:18446744073709551616:\"x\";");
    assert_eq!(refusal, "expected a length or count at byte 4");
}

#[test]
fn deep_nesting_is_rejected_before_the_stack_ends() {
    let deep = "v|".to_owned() + &"a:1:{i:0;".repeat(400_000);
    assert_eq!(refusal(Format::Php, deep.as_bytes()), "nested deeper than the limit of 128");
    let deep = "a:1:{i:0;".repeat(400_000);
    let refused = refusal(Format::PhpSerialize, deep.as_bytes());
    assert_eq!(refused, "nested deeper than the limit of 128");
}

#[test]
fn references_do_not_multiply_beyond_the_limit_of_values() {
    // Each list has the previous one twice, so a walk would meet 2 to the power of 30 values.
    let lists: String = (0..30).fold("a0|a:2:{i:0;N;i:1;N;}".into(), |lists, number| {
        let target = if number == 0 { 1 } else { number + 3 };
        lists + &format!("a{}|a:2:{{i:0;R:{target};i:1;R:{target};}}", number + 1)
    });
    let payload = Payload::text(lists);
    let read: Result<BTreeMap<String, serde_json::Value>, _> =
        codec(Format::Php).with_limits(Limits::new().max_values(1000)).decode(&payload);
    let refused = detail(&read.unwrap_err());
    assert!(refused.starts_with("more values than the limit of 1000"), "{refused}");
}

/// A list that has this value this many times.
fn list(count: usize, value: &str) -> String {
    let entries = (0..count).fold(String::new(), |list, at| list + &format!("i:{at};{value}"));
    format!("a:{count}:{{{entries}}}")
}

/// Sessions of little more than 1 KB that references expand to the limit.
fn multiplying() -> [Payload; 2] {
    let lists: String = (0..30).fold("a0|a:2:{i:0;N;i:1;N;}".into(), |lists, number| {
        let target = if number == 0 { 1 } else { number + 3 };
        lists + &format!("a{}|a:2:{{i:0;R:{target};i:1;R:{target};}}", number + 1)
    });
    // One list in a list, and so on, 25 times in each.
    let wide = [1, 42, 43, 44].iter().fold(format!("a|{}", list(40, "N;")), |wide, target| {
        wide + &format!("b{target}|{}", list(25, &format!("R:{target};")))
    });
    [Payload::text(lists), Payload::text(wide)]
}

#[test]
fn a_short_session_makes_few_values_with_any_references() {
    for payload in multiplying() {
        assert!(payload.len() < 1500, "{}", payload.len());
        let limit = 1024 + 16 * payload.len();
        let read: Result<BTreeMap<String, serde_json::Value>, _> =
            codec(Format::Php).decode(&payload);
        let refused = detail(&read.unwrap_err());
        assert!(
            refused.starts_with(&format!("more values than the limit of {limit}")),
            "{refused}"
        );
        let part: Result<Partial<BTreeMap<String, serde_json::Value>>, _> =
            codec(Format::Php).decode(&payload);
        assert_eq!(detail(&part.unwrap_err()), refused);
    }
}

#[test]
fn a_string_is_not_copied_without_end_by_references() {
    let (string, list) = ("x".repeat(100_000), list(9_000, "R:1;"));
    let payload = Payload::text(format!("a|s:100000:\"{string}\";b|{list}"));
    let read: Result<BTreeMap<String, serde_json::Value>, _> = codec(Format::Php).decode(&payload);
    let refused = detail(&read.unwrap_err());
    assert!(refused.starts_with("more bytes in strings than the limit of"), "{refused}");
}

#[test]
fn objects_that_many_refer_to_are_read() {
    let tax = format!("O:8:\"stdClass\":1:{{s:1:\"t\";{}}}", list(100, "s:8:\"abcdefgh\";"));
    let items = list(200, "a:1:{s:3:\"tax\";r:2;}");
    let payload = Payload::text(format!("n|i:1;tax|{tax}items|{items}"));
    let read: Result<BTreeMap<String, serde_json::Value>, _> = codec(Format::Php).decode(&payload);
    assert_eq!(read.unwrap()["items"].as_array().map(Vec::len), Some(200));
}

#[test]
fn a_value_that_holds_itself_ends() {
    let payload = Payload::text("a|a:1:{i:0;R:1;}");
    let read: Result<serde_json::Value, _> = codec(Format::Php).decode(&payload);
    let refused = detail(&read.unwrap_err());
    assert!(refused.starts_with("nested deeper than the limit of 128"), "{refused}");
}
