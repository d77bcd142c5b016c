//! No error text contains data (S6).

use crate::data::{Format, Role, Sample};
use crate::for_each_format;
use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use session_core::Error;
use session_core::codec::{Base64, Codec, Limits, RawBytes, RawString};
use session_core::store::Payload;
use std::error::Error as StdError;
use std::iter;

const SECRET: &str = "hunter2";

for_each_format! {
    a_type_that_quotes_the_data_is_not_repeated
    data_of_another_type_is_not_quoted
    data_that_breaks_off_is_not_quoted
}

#[track_caller]
fn assert_silent(error: &Error) {
    let sources = iter::successors(error.source(), |source| (*source).source());
    let sources: Vec<String> = sources.map(|source| format!("{source} {source:?}")).collect();
    let texts = format!("{error} {error:?} {error:#?} {sources:?}");
    assert!(!texts.contains(SECRET), "{texts}");
    assert!(!texts.contains("104, 117, 110"), "{texts}");
}

/// A type that encodes and decodes as a string, and quotes it in its errors.
#[derive(Debug)]
struct Chatty(bool);

impl Serialize for Chatty {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 {
            serializer.serialize_str(SECRET)
        } else {
            Err(S::Error::custom(format!("not to be encoded: {SECRET}")))
        }
    }
}

impl<'de> Deserialize<'de> for Chatty {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(D::Error::custom(format!("not a date: {text}")))
    }
}

fn a_type_that_quotes_the_data_is_not_repeated<F: Format>(make: fn(Limits) -> F) {
    let format = make(Limits::new());
    assert_silent(&format.encode(&Chatty(false)).unwrap_err());
    let payload = format.encode(&Chatty(true)).unwrap();
    assert_silent(&format.decode::<Chatty>(&payload).unwrap_err());
}

fn data_of_another_type_is_not_quoted<F: Format>(make: fn(Limits) -> F) {
    let format = make(Limits::new());
    let secret = SECRET.to_owned();
    let payloads = [
        format.encode(&secret).unwrap(),
        format.encode(&vec![secret.clone()]).unwrap(),
        format.encode(&std::collections::BTreeMap::from([(secret, 1)])).unwrap(),
    ];
    for payload in &payloads {
        assert_silent_as::<bool>(&format, payload);
        assert_silent_as::<char>(&format, payload);
        assert_silent_as::<Vec<bool>>(&format, payload);
        assert_silent_as::<[u8; 2]>(&format, payload);
        assert_silent_as::<Role>(&format, payload);
        assert_silent_as::<Option<Role>>(&format, payload);
        assert_silent_as::<Sample>(&format, payload);
        assert_silent_as::<Strict>(&format, payload);
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    level: bool,
}

fn data_that_breaks_off_is_not_quoted<F: Format>(make: fn(Limits) -> F) {
    let format = make(Limits::new());
    let payload = format.encode(&vec![SECRET.to_owned(); 2]).unwrap();
    for length in 0..payload.len() {
        assert_silent_as::<Vec<String>>(&format, &Payload::binary(&payload.as_bytes()[..length]));
    }
}

#[track_caller]
fn assert_silent_as<T: Serialize + DeserializeOwned>(format: &impl Format, payload: &Payload) {
    let error = format.decode::<T>(payload).err().expect("refused");
    assert_silent(&error);
}

#[cfg(feature = "json")]
#[test]
fn what_is_not_json_is_not_quoted() {
    let json = session_core::codec::Json::new();
    for text in
        [SECRET, "\"hunter2", "{\"hunter2\"", "[\"hunter2\",]", "\"hunter2\" x", "\"hunter2\\q\""]
    {
        assert_silent(&Codec::<String>::decode(&json, &Payload::text(text)).unwrap_err());
    }
}

#[cfg(feature = "json")]
#[test]
fn errors_of_json_say_where() {
    let payload = Payload::text("[1,\n\"hunter2\"]");
    let error = Codec::<Vec<u8>>::decode(&session_core::codec::Json::new(), &payload).unwrap_err();
    assert_eq!(
        error.to_string(),
        "decode: the data cannot be decoded: JSON of another shape at line 2, column 9"
    );
}

#[test]
fn raw_codecs_and_base64_do_not_quote() {
    let text = Payload::binary(*b"hunter2\xff");
    assert_silent(&RawString::new().decode(&text).unwrap_err());
    assert_silent(&Base64::new(RawBytes::new()).decode(&text).unwrap_err());
    let limits = Limits::new().max_bytes(3);
    let bytes = RawBytes::new().with_limits(limits);
    assert_silent(&bytes.decode(&text).unwrap_err());
    assert_silent(&bytes.encode(&SECRET.as_bytes().to_vec()).unwrap_err());
}
