//! Values of options as they are written: as themselves, or as texts of the environment.

use super::config;
use serde::de::value::Error as ValueError;
use serde::de::{Deserializer, Error as DeserializeError, IntoDeserializer, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use session_core::Result;
use std::str::FromStr;
use std::time::Duration;

/// The text of a variable, as a value of any type.
pub(super) struct Text(pub(super) String);

impl<'de> Deserializer<'de> for Text {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_string(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl IntoDeserializer<'_, ValueError> for Text {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// A value, as itself or as its text.
pub(super) struct Written<T>(pub(super) T);

#[derive(Deserialize)]
#[serde(untagged)]
enum ValueOrText<T> {
    Value(T),
    Text(String),
}

impl<'de, T: Deserialize<'de> + FromStr> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let kind = std::any::type_name::<T>();
        let unexpected = || D::Error::custom(format!("a value is not of the type {kind}"));
        match ValueOrText::deserialize(deserializer).map_err(|_| unexpected())? {
            ValueOrText::Value(value) => Ok(Self(value)),
            ValueOrText::Text(text) => text.parse().map(Self).map_err(|_| unexpected()),
        }
    }
}

pub(super) fn or<T>(written: Option<Written<T>>, default: T) -> T {
    written.map_or(default, |Written(value)| value)
}

pub(super) fn text(written: Option<String>, default: &str) -> String {
    written.unwrap_or_else(|| default.into())
}

pub(super) fn seconds(
    option: &str,
    written: Option<Written<f64>>,
    default: f64,
) -> Result<Duration> {
    const LONGEST: f64 = 86_400.0;
    match or(written, default) {
        value if (0.0..=LONGEST).contains(&value) => Ok(Duration::from_secs_f64(value)),
        value => Err(config(format!("{option} is {value}: it must be 0 to {LONGEST} seconds"))),
    }
}

pub(super) fn micros(
    option: &str,
    written: Option<Written<u64>>,
    default: u64,
) -> Result<Duration> {
    const LONGEST: u64 = 60_000_000;
    match or(written, default) {
        value if (1..=LONGEST).contains(&value) => Ok(Duration::from_micros(value)),
        value => {
            Err(config(format!("{option} is {value}: it must be 1 to {LONGEST} microseconds")))
        }
    }
}
