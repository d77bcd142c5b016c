//! No error text and no debug output quotes data.

use crate::support::{codec, read, session, write};
use serde::{Deserialize, Serialize};
use session_core::codec::Codec;
use session_core::store::Payload;
use session_php::{Format, Key, Partial, SessionData, Visibility};
use std::collections::BTreeMap;

const ZEBRA: &str = "Zebra|O:5:\"Zebra\":3:{s:5:\"Zebra\";s:5:\"Zebra\";s:8:\"\0*\0Zebra\";\
    a:1:{s:5:\"Zebra\";C:5:\"Zebra\":5:{Zebra}}s:1:\"e\";E:11:\"Zebra:Zebra\";}";

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    field: Option<u8>,
}

/// A type whose rejection quotes what it rejects.
#[derive(Debug, Deserialize, Serialize)]
#[serde(try_from = "String")]
struct Loud;

impl TryFrom<String> for Loud {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Err(format!("{text} is not loud"))
    }
}

#[test]
fn debug_shows_kinds_and_sizes() {
    let session = session(ZEBRA);
    let (name, value) = session.iter().next().unwrap();
    let object = value.as_object().unwrap();
    let shown = format!("{session:?} {name:?} {value:?} {object:?} {:?}", object.properties);
    assert!(!shown.contains("Zebra"), "{shown}");
    for (name, value) in object.properties.iter() {
        let shown = format!("{name:?} {value:?} {:?}", value.as_array());
        assert!(!shown.contains("Zebra"), "{shown}");
    }
    let private = Key::Bytes(b"\0Zebra\0Zebra".to_vec());
    let shown = format!("{:?}", Visibility::of(&private).0);
    assert!(!shown.contains("Zebra") && !shown.contains("90"), "{shown}");
}

#[test]
fn partial_shows_nothing_of_its_data() {
    let data = BTreeMap::from([("Zebra".to_owned(), "Zebra".to_owned())]);
    assert_eq!(format!("{:?}", Partial::new(data)), "Partial(SessionData(0 variables, redacted))");
}

#[test]
fn rejections_of_bytes_do_not_quote_them() {
    for length in 0..ZEBRA.len() {
        let payload = Payload::text(&ZEBRA[..length]);
        let read: Result<SessionData, _> = codec(Format::Php).decode(&payload);
        if let Err(error) = read {
            assert!(!format!("{error} {error:?}").contains("Zebra"), "{error}");
        }
    }
}

#[test]
fn rejections_of_types_do_not_quote_the_data() {
    for refusal in [
        read::<u8>("s:5:\"Zebra\";").unwrap_err(),
        read::<char>("s:5:\"Zebra\";").unwrap_err(),
        read::<Loud>("s:5:\"Zebra\";").unwrap_err(),
        read::<std::net::IpAddr>("s:5:\"Zebra\";").unwrap_err(),
        read::<Strict>("a:1:{s:5:\"Zebra\";i:1;}").unwrap_err(),
        read::<BTreeMap<u8, u8>>("a:1:{s:5:\"Zebra\";i:1;}").unwrap_err(),
        read::<Result<u8, u8>>("s:5:\"Zebra\";").unwrap_err(),
        read::<Strict>("a:1:{s:5:\"field\";i:77777;}").unwrap_err(),
    ] {
        assert!(!refusal.contains("Zebra") && !refusal.contains("77777"), "{refusal}");
    }
    let refusal = write(BTreeMap::from([(Some("Zebra".to_owned()), 1)])).unwrap_err();
    assert!(!refusal.contains("Zebra"), "{refusal}");
}
