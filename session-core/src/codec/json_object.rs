//! The entries of one JSON object, each of which is encoded and decoded by itself.
//!
//! Limits mean what they mean to [`Json`](super::Json): the object is a level, and each entry a value.

use super::Limits;
use super::json::{unread, unwritten};
use super::limited::{Detail, Limited, Meter, Refusal};
use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed};
use std::marker::PhantomData;

/// Counts the entries of an object that is a whole payload.
pub(crate) struct ObjectMeter(Meter);

impl ObjectMeter {
    /// The meter of an object, which must be allowed to hold values.
    pub(crate) fn new(limits: Limits) -> Result<Self, Detail> {
        let meter = Meter::new(limits, &[]);
        Limited::new(&meter, ()).below(()).map_err(detail)?;
        Ok(Self(meter))
    }

    /// Counts an entry.
    pub(crate) fn count(&self) -> Result<(), Detail> {
        self.0.count().map_err(detail)
    }
}

/// The JSON of one entry's value, and what it takes of the limits.
#[derive(Clone)]
pub(crate) struct EncodedEntry {
    pub(crate) json: String,
    levels: usize,
    values: usize,
}

impl EncodedEntry {
    /// The value of an entry that was encoded within the same limits before.
    pub(crate) fn checked(json: &str) -> Self {
        Self { json: json.to_owned(), levels: 0, values: 0 }
    }

    /// Checks a value that was encoded within other limits.
    pub(crate) fn check(&self, limits: Limits) -> Result<(), Detail> {
        if self.levels > limits.depth() {
            return Err(detail(Refusal::TooDeep(limits.depth())));
        }
        if self.values > limits.values() {
            return Err(detail(Refusal::TooMany(limits.values())));
        }
        Ok(())
    }
}

/// Encodes the value of an entry.
pub(crate) fn encode_entry<T: Serialize>(
    limits: Limits,
    value: &T,
) -> Result<EncodedEntry, Detail> {
    let meter = Meter::new(limits, &[Refusal::NotFinite]);
    let entry = Limited::new(&meter, value).below(value).map_err(detail)?;
    let json = serde_json::to_string(&entry).map_err(|error| unwritten(&error));
    let json = meter.verdict(json)?;
    let (levels, values) = meter.counted();
    Ok(EncodedEntry { json, levels, values })
}

/// Decodes the value of an entry.
pub(crate) fn decode_entry<T: DeserializeOwned>(limits: Limits, json: &str) -> Result<T, Detail> {
    let meter = Meter::new(limits, &[]);
    let entry = Limited::new(&meter, ()).below(PhantomData).map_err(detail)?;
    let mut deserializer = serde_json::Deserializer::from_str(json);
    // The meter counts the levels, and more of them than serde_json does.
    deserializer.disable_recursion_limit();
    let value = entry.deserialize(&mut deserializer).map_err(|error| unread(&error));
    meter.verdict(value)
}

fn detail(refusal: Refusal) -> Detail {
    refusal.to_string().into()
}
