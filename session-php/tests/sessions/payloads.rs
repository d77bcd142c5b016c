//! The codecs read and change sessions of public reports as PHP does.

use crate::support::codec;
use serde_json::Value as Json;
use session_core::codec::Codec;
use session_core::store::Payload;
use session_php::{Format, Key, SessionData, Value};

/// A session of a report, the changes to it, and PHP's result.
struct Report {
    id: String,
    format: Format,
    bytes: Vec<u8>,
    changes: Vec<Json>,
    /// PHP's output, or `None` if it cannot read the session.
    written: Option<Vec<u8>>,
}

fn reports() -> Vec<Report> {
    let lines = include_str!("../data/php-payloads.jsonl").lines();
    let lines = lines.map(|line| serde_json::from_str(line).expect("every line is JSON"));
    lines.filter(|json: &Json| json["kind"] == "payload").map(|json| parse(&json)).collect()
}

fn parse(json: &Json) -> Report {
    let text = |field: &str| json[field].as_str().expect("the field is a string").to_owned();
    let bytes = bytes(&text("in"));
    let is_read = json["want"]["decode"] == true;
    let written = json["want"]["out"].as_str().map_or_else(|| bytes.clone(), self::bytes);
    Report {
        id: text("id"),
        format: text("format").parse().expect("it is one of PHP's"),
        bytes,
        changes: json["ops"].as_array().expect("the changes are a list").clone(),
        written: is_read.then_some(written),
    }
}

/// The bytes of a text in which each character is one byte.
fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|char| u8::try_from(char).expect("a character is a byte")).collect()
}

impl Report {
    fn answer(&self) -> Result<Option<Vec<u8>>, String> {
        let payload = Payload::binary(self.bytes.clone());
        let session: Result<SessionData, _> = codec(self.format).decode(&payload);
        let Ok(mut session) = session else { return Ok(None) };
        self.changes.iter().for_each(|change| apply(&mut session, change));
        let written = codec(self.format).encode(&session).map_err(|error| error.to_string())?;
        Ok(Some(written.as_bytes().to_vec()))
    }
}

fn apply(session: &mut SessionData, change: &Json) {
    match change[0].as_str() {
        Some("set") => drop(session.insert(key(&change[1]), integer(&change[2]))),
        Some("remove") => assert!(session.remove(key(&change[1])).is_some()),
        Some("path") => {
            let path = change[1].as_array().expect("a path is a list");
            let (first, rest) = path.split_first().expect("a path has a name");
            let mut value = session.get_mut(key(first)).expect("the variable is there");
            for step in rest {
                value = held(value, key(step));
            }
            *value.resolve_mut() = integer(&change[2]);
        }
        _ => panic!("a change is of a known kind"),
    }
}

fn held(value: &mut Value, key: Key) -> &mut Value {
    let held = match value.resolve_mut() {
        Value::Array(array) => array.get_mut(key),
        Value::Object(object) => object.properties.get_mut(key),
        _ => None,
    };
    held.expect("the path leads to a value")
}

fn key(json: &Json) -> Key {
    match json.as_str() {
        Some(text) => Key::Bytes(bytes(text)),
        None => Key::Int(json.as_i64().expect("a key is a text or an integer")),
    }
}

fn integer(json: &Json) -> Value {
    Value::Int(json.as_i64().expect("new values are integers"))
}

#[test]
fn sessions_of_public_reports_are_read_and_changed_as_php_does_it() {
    let reports = reports();
    assert_eq!(reports.len(), 48);
    let mut failures = Vec::new();
    for report in reports {
        let answer = report.answer();
        if answer.as_ref() != Ok(&report.written) {
            let answer = answer.map(|bytes| bytes.map(|bytes| bytes.escape_ascii().to_string()));
            failures.push(format!("{}: {answer:?}", report.id));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
