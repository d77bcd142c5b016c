//! Options as they are written, from which each is taken by its name.

use super::config;
use super::known::unknown;
use super::value::Value;
use serde::Deserialize;
use serde::de::{Deserializer, Error as DeserializeError};
use session_core::Error;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::ops::RangeInclusive;
use std::time::Duration;

/// Why options are refused. It begins with the name of the one that is.
pub(super) struct Refusal(pub(super) String);

impl Refusal {
    /// The same of an option within another.
    fn within(self, outer: &str) -> Self {
        Self(format!("{outer}.{}", self.0))
    }
}

impl Display for Refusal {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        config(refusal.0)
    }
}

impl From<Error> for Refusal {
    /// The detail alone, for whoever reads the options says the rest in its own way.
    fn from(error: Error) -> Self {
        let (text, before) = (error.to_string(), config(String::new()).to_string());
        Self(text.strip_prefix(&before).map_or(text.clone(), ToOwned::to_owned))
    }
}

/// A map of options, of which each is taken once.
///
/// What was asked for is what is known: no list of the names can differ from it.
pub(super) struct Written {
    values: BTreeMap<String, Value>,
    asked: Vec<&'static str>,
    /// What to say besides of an option that is not known.
    hint: &'static str,
}

impl Written {
    /// Options of a map, or none of what PHP writes for an empty one; `what` is their name.
    fn of(what: &str, value: Value) -> Result<Self, Refusal> {
        let entries = match value {
            Value::Map(entries) => entries,
            Value::Null | Value::List(0) => Vec::new(),
            other => {
                return Err(Refusal(format!("{what} is {other}: it must be a map of options")));
            }
        };
        Self::of_entries(entries)
    }

    pub(super) fn of_entries(
        entries: impl IntoIterator<Item = (String, Value)>,
    ) -> Result<Self, Refusal> {
        let mut values = BTreeMap::new();
        for (option, value) in entries {
            if values.contains_key(&option) {
                return Err(Refusal(format!("{option} is set twice")));
            }
            values.insert(option, value);
        }
        Ok(Self { values, asked: Vec::new(), hint: "" })
    }

    /// The same, with something to say besides of an option that is not known.
    pub(super) fn with_hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// The value of an option that is ours. What is null is not set.
    pub(super) fn take(&mut self, option: &'static str) -> Option<Value> {
        self.asked.push(option);
        self.take_foreign(option)
    }

    /// The value of an option that is not ours.
    pub(super) fn take_foreign(&mut self, option: &str) -> Option<Value> {
        self.values.remove(option).filter(|value| !matches!(value, Value::Null))
    }

    pub(super) fn is_set(&self, option: &str) -> bool {
        self.values.get(option).is_some_and(|value| !matches!(value, Value::Null))
    }

    /// Sets an option, unless it is set.
    pub(super) fn default_to(&mut self, option: &str, text: &str) {
        let value = self.values.entry(option.into()).or_insert(Value::Null);
        if matches!(value, Value::Null) {
            *value = Value::Text(text.into());
        }
    }

    pub(super) fn text(&mut self, option: &'static str) -> Result<Option<String>, Refusal> {
        self.read(option, "text", |value| value.as_text().map(ToOwned::to_owned))
    }

    pub(super) fn flag(&mut self, option: &'static str) -> Result<Option<bool>, Refusal> {
        self.read(option, "true or false", Value::as_flag)
    }

    pub(super) fn whole(
        &mut self,
        option: &'static str,
        range: RangeInclusive<u64>,
        unit: &str,
    ) -> Result<Option<u64>, Refusal> {
        let expected = format!("{} to {}{unit}", range.start(), range.end());
        self.read(option, &expected, |value| {
            u64::try_from(value.as_whole()?).ok().filter(|whole| range.contains(whole))
        })
    }

    pub(super) fn seconds(&mut self, option: &'static str) -> Result<Option<Duration>, Refusal> {
        const LONGEST: f64 = 86_400.0;
        let expected = format!("0 to {LONGEST} seconds");
        self.read(option, &expected, |value| {
            let seconds = value.as_number().filter(|seconds| (0.0..=LONGEST).contains(seconds))?;
            Some(Duration::from_secs_f64(seconds))
        })
    }

    /// Options within an option, unless that is not set, or set to an empty list.
    pub(super) fn inner<T>(
        &mut self,
        option: &'static str,
        read: impl FnOnce(Self) -> Result<T, Refusal>,
    ) -> Result<Option<T>, Refusal> {
        match self.take(option) {
            None | Some(Value::List(0)) => Ok(None),
            Some(value) => {
                let inner = Self::of(option, value)?;
                read(inner).map(Some).map_err(|refusal| refusal.within(option))
            }
        }
    }

    fn read<T>(
        &mut self,
        option: &'static str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        let Some(value) = self.take(option) else { return Ok(None) };
        let refusal = || Refusal(format!("{option} is {value}: it must be {expected}"));
        read(&value).map(Some).ok_or_else(refusal)
    }

    /// Checks that nothing is left.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        match self.values.keys().next() {
            None => Ok(()),
            Some(option) => {
                let Refusal(detail) = unknown(option, &self.asked);
                Err(Refusal(detail + self.hint))
            }
        }
    }

    /// The options that were asked for.
    #[cfg(test)]
    pub(super) fn asked(&self) -> &[&'static str] {
        &self.asked
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of("the configuration", Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
