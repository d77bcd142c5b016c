use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use session_core::settings::Unit;
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

/// A value as it is written, before anybody asks what it is to be.
///
/// It may be a secret, so it has no `Debug`; it is displayed if a known option has it.
pub(super) enum Value {
    Null,
    Flag(bool),
    Whole(i128),
    Number(f64),
    Text(String),
    /// A list of this many values.
    ///
    /// No option is a list, except for the empty one, which PHP writes for a map.
    List(usize),
    Map(Vec<(String, Value)>),
}

impl Value {
    /// Casts the value to a flag as PHP does, with the words of an environment, too.
    pub(super) fn as_flag(&self) -> Option<bool> {
        match (self, self.as_whole()) {
            (Self::Flag(flag), _) => Some(*flag),
            (_, Some(0)) => Some(false),
            (_, Some(1)) => Some(true),
            (Self::Text(text), None) => match text.trim().to_ascii_lowercase().as_str() {
                "true" => Some(true),
                "false" | "" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// A whole number, however it is spelled: PHP's `1e4` is 10000.0 in JSON.
    pub(super) fn as_whole(&self) -> Option<i128> {
        match self {
            Self::Whole(whole) => Some(*whole),
            Self::Text(text) => {
                let text = text.trim();
                text.parse().ok().or_else(|| whole(text.parse().ok()?))
            }
            Self::Number(number) => whole(*number),
            _ => None,
        }
    }

    pub(super) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Whole(whole) => whole.to_string().parse().ok(),
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A number of these units, or text that names its own.
    pub(super) fn as_duration(&self, unit: Unit) -> Option<Duration> {
        match (self.as_number(), self) {
            (Some(number), _) => unit.duration(number),
            (None, Self::Text(text)) => humantime::parse_duration(text).ok(),
            (None, _) => None,
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is what PHP takes for not being set.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Null | Self::Flag(false) | Self::List(0) => true,
            Self::Text(text) => text.is_empty(),
            _ => false,
        }
    }
}

/// A float without a fraction is displayed as a whole number is.
fn whole(number: f64) -> Option<i128> {
    number.to_string().parse().ok()
}

impl Display for Value {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Flag(flag) => write!(formatter, "{flag}"),
            Self::Whole(whole) => write!(formatter, "{whole}"),
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Text(text) => write!(formatter, "`{text}`"),
            Self::List(_) => formatter.write_str("a list"),
            Self::Map(_) => formatter.write_str("a map"),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("options, or the value of one")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_i64<E>(self, whole: i64) -> Result<Value, E> {
        Ok(Value::Whole(whole.into()))
    }

    fn visit_u64<E>(self, whole: u64) -> Result<Value, E> {
        Ok(Value::Whole(whole.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Value, D::Error> {
        Value::deserialize(inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut length = 0;
        while list.next_element::<IgnoredAny>()?.is_some() {
            length += 1;
        }
        Ok(Value::List(length))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Value::Map(entries))
    }
}
