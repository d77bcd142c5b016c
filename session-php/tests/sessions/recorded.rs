//! Tests of recorded items of real handlers.

use crate::support::{codec, encoded, forgotten};
use serde_json::Value as Json;
use session_core::codec::{Base64, Codec};
use session_core::store::Payload;
use session_php::{Format, SessionData};

/// An item that a handler wrote.
struct Recorded {
    name: String,
    format: Format,
    is_base64: bool,
    payload: Payload,
    session: Json,
}

fn recorded() -> Vec<Recorded> {
    include_str!("../data/items.jsonl").lines().map(parse).collect()
}

fn parse(line: &str) -> Recorded {
    let json: Json = serde_json::from_str(line).expect("every line is JSON");
    let text = |field: &str| json[field].as_str().expect("the field is a string").to_owned();
    let data = &json["item"]["data"];
    let payload = match (data["S"].as_str(), data["B"].as_str()) {
        (Some(text), None) => Payload::text(text),
        (None, Some(base64)) => base64_payload(base64),
        // An empty session has no data.
        _ => Payload::text(""),
    };
    Recorded {
        name: format!("{} of {}, {}", text("case"), text("writer"), text("serialize_handler")),
        format: text("serialize_handler").parse().expect("it is one of PHP's"),
        is_base64: text("writer") == "idealstack",
        payload,
        session: json["session"].clone(),
    }
}

fn base64_payload(base64: &str) -> Payload {
    let bytes: Vec<u8> = Base64::new(session_core::codec::RawBytes::new())
        .decode(&Payload::text(base64))
        .expect("the API writes base64");
    Payload::binary(bytes)
}

impl Recorded {
    fn decode<T: 'static>(&self) -> T
    where
        session_php::PhpCodec: Codec<T>,
    {
        let inner = codec(self.format);
        let decoded = if self.is_base64 {
            Base64::new(inner).decode(&self.payload)
        } else {
            inner.decode(&self.payload)
        };
        decoded.unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    fn encode(&self, session: &SessionData) -> Payload {
        let inner = codec(self.format).with_kind(self.payload.kind());
        let encoded =
            if self.is_base64 { Base64::new(inner).encode(session) } else { inner.encode(session) };
        encoded.unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

#[test]
fn all_recordings_are_there() {
    assert_eq!(recorded().len(), 96);
}

#[test]
fn recorded_items_decode_to_the_recorded_sessions() {
    for item in recorded() {
        let session: Json = item.decode();
        // PHP has one kind of array, and the recorder's JSON made a list of an empty one.
        let is_empty = item.session.as_array().is_some_and(Vec::is_empty);
        let expected = if is_empty { serde_json::json!({}) } else { item.session.clone() };
        assert_eq!(session, expected, "{}", item.name);
    }
}

#[test]
fn recorded_items_encode_back_to_the_same_bytes() {
    for item in recorded() {
        let session: SessionData = item.decode();
        assert!(item.encode(&session) == item.payload, "{}", item.name);
    }
}

#[test]
fn recorded_sessions_are_spelled_as_php_spelled_them() {
    let mut checked = 0;
    for item in recorded() {
        let session: SessionData = item.decode();
        if item.payload.is_empty() {
            continue;
        }
        assert!(item.encode(&forgotten(&session)) == item.payload, "{}", item.name);
        checked += 1;
    }
    assert_eq!(checked, 87);
}

#[test]
fn a_recorded_session_is_the_same_in_every_format() {
    let item = |format: &str| {
        let name = format!("nested of aws-sdk-php, {format}");
        recorded().into_iter().find(|item| item.name == name).expect("it was recorded")
    };
    let session: SessionData = item("php").decode();
    for format in Format::ALL {
        let recorded = item(format.name());
        let bytes = recorded.payload.as_bytes().escape_ascii().to_string().replace("\\\"", "\"");
        assert_eq!(encoded(format, &session), bytes);
    }
}
