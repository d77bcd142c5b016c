use crate::Result;
use crate::codec::{Limits, corrupt};
use crate::store::Payload;
use std::ops::Range;
use std::str;

/// A payload of UTF-8 that sections were read from, and the limits of that reading.
#[derive(Clone)]
pub(super) struct Source {
    payload: Payload,
    pub(super) limits: Limits,
}

impl Source {
    /// The payload, which is short enough and UTF-8, with its text.
    pub(super) fn checked(payload: &Payload, limits: Limits) -> Result<(Self, &str)> {
        let bytes = limits.admit(payload)?;
        let text = match payload {
            Payload::Text(text) => text,
            Payload::Binary(_) => str::from_utf8(bytes).map_err(|error| {
                corrupt(payload, format!("not UTF-8 at byte {}", error.valid_up_to()))
            })?,
        };
        Ok((Self { payload: payload.clone(), limits }, text))
    }

    pub(super) const fn payload(&self) -> &Payload {
        &self.payload
    }

    /// The text of this range, which begins and ends at characters.
    pub(super) fn text(&self, range: &Range<usize>) -> &str {
        match &self.payload {
            Payload::Text(text) => &text[range.clone()],
            Payload::Binary(bytes) => {
                str::from_utf8(&bytes[range.clone()]).expect("the whole was checked to be UTF-8")
            }
        }
    }

    /// The payload as text.
    pub(super) fn to_text(&self) -> Payload {
        match &self.payload {
            Payload::Text(_) => self.payload.clone(),
            Payload::Binary(bytes) => Payload::text(self.text(&(0..bytes.len()))),
        }
    }
}
