//! Tests of sections: independent pieces of the data of a session.

#![cfg(feature = "json")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test are a test")]

mod bytes;
mod hostile;
mod limits;
mod merging;
mod reading;
mod setting;

use serde::{Deserialize, Serialize};
use session_core::codec::Codec;
use session_core::sections::{JsonSections, Section, Sections};
use session_core::store::Payload;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counter {
    count: u64,
}

impl Section for Counter {
    const NAME: &'static str = "counter";
}

const fn counter(count: u64) -> Counter {
    Counter { count }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Flash(Vec<String>);

impl Section for Flash {
    const NAME: &'static str = "flash";
}

fn flash(message: &str) -> Flash {
    Flash(vec![message.to_owned()])
}

/// A section whose name JSON has to escape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Quoted(u8);

impl Section for Quoted {
    const NAME: &'static str = "a\"é\n";
}

fn decoded(json: &str) -> Sections {
    JsonSections::new().decode(&Payload::text(json)).unwrap()
}

fn encoded(sections: &Sections) -> String {
    text(&JsonSections::new().encode(sections).unwrap())
}

fn text(payload: &Payload) -> String {
    String::from_utf8(payload.as_bytes().to_vec()).unwrap()
}
