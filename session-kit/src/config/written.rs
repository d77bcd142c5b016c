//! Options as they are written, from which each is taken by its name.

use super::config;
use super::hint::unknown;
use super::value::Value;
use serde::Deserialize;
use serde::de::{Deserializer, Error as DeserializeError};
use session_core::Error;
use session_core::settings::{Count, Text, Time, out_of_range};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;
use std::time::Duration;

const TEXT: &str = "text";

/// Why options are rejected. It begins with the name of the one that is.
pub(super) struct Refusal(pub(super) String);

impl Refusal {
    /// The same of an option within another.
    pub(super) fn within(self, outer: &str) -> Self {
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
    /// The detail alone, because each reader of the options adds the rest.
    fn from(error: Error) -> Self {
        let (text, before) = (error.to_string(), config(String::new()).to_string());
        Self(text.strip_prefix(&before).map_or(text.clone(), ToOwned::to_owned))
    }
}

/// An option that there is, with what it must be.
pub(super) struct Asked {
    pub(super) option: &'static str,
    /// The range, in the words of errors and of the guide.
    pub(super) expected: String,
    is_set: bool,
}

/// A map of options, of which each is taken once.
///
/// Every name that was asked for is known: no separate list can differ from it.
pub(super) struct Written {
    values: BTreeMap<String, Value>,
    asked: Vec<Asked>,
    /// The addition to an error about an unknown option, by where it was written.
    hints: BTreeMap<String, Arc<str>>,
}

impl Written {
    /// Options of a map with the name `what`, or none for PHP's empty map.
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
        Ok(Self { values, asked: Vec::new(), hints: BTreeMap::new() })
    }

    /// Adds a hint to the errors about options of these that do not exist.
    pub(super) fn with_hint(mut self, hint: &str) -> Self {
        let hint: Arc<str> = hint.into();
        self.hints = self.values.keys().map(|option| (option.clone(), Arc::clone(&hint))).collect();
        self
    }

    /// Replaces the options that another map sets.
    ///
    /// In a map of options, each entry is replaced separately.
    pub(super) fn with_overrides(mut self, overrides: Self) -> Self {
        for (option, value) in overrides.values {
            match (self.values.get_mut(&option), value) {
                (Some(Value::Map(entries)), Value::Map(others)) => {
                    entries.retain(|(entry, _)| others.iter().all(|(other, _)| other != entry));
                    entries.extend(others);
                }
                (_, value) => drop(self.values.insert(option, value)),
            }
        }
        self.hints.extend(overrides.hints);
        self
    }

    /// The value of a known option, which must be this. Null means not set.
    pub(super) fn take(&mut self, option: &'static str, expected: String) -> Option<Value> {
        let is_set = self.is_set(option);
        self.asked.push(Asked { option, expected, is_set });
        self.take_foreign(option)
    }

    /// The value of an option of another product.
    pub(super) fn take_foreign(&mut self, option: &str) -> Option<Value> {
        self.values.remove(option).filter(|value| !matches!(value, Value::Null))
    }

    /// Takes options by PHP's other names, which are not listed.
    pub(super) fn aside<T>(&mut self, take: impl FnOnce(&mut Self) -> T) -> T {
        let listed = self.asked.len();
        let taken = take(self);
        self.asked.truncate(listed);
        taken
    }

    /// Takes options, and returns the first one among them that is set.
    pub(super) fn first_set(
        &mut self,
        take: impl FnOnce(&mut Self) -> Result<(), Refusal>,
    ) -> Result<Option<&'static str>, Refusal> {
        let listed = self.asked.len();
        take(self)?;
        Ok(self.asked[listed..].iter().find(|asked| asked.is_set).map(|asked| asked.option))
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

    /// Any text.
    pub(super) fn text(&mut self, option: &'static str) -> Result<Option<String>, Refusal> {
        self.read(option, TEXT.into(), None, |value| value.as_text().map(ToOwned::to_owned))
    }

    /// A text of a certain form.
    pub(super) fn text_of(&mut self, setting: &Text) -> Result<Option<String>, Refusal> {
        let text = self.read(setting.name, setting.expected.into(), None, |value| {
            value.as_text().map(ToOwned::to_owned)
        })?;
        match text {
            Some(text) if !(setting.admits)(&text) => Err(Refusal(setting.rejection(&text))),
            text => Ok(text),
        }
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(
        &mut self,
        option: &'static str,
        words: &[(&'static str, T)],
    ) -> Result<Option<T>, Refusal> {
        let names: Vec<_> = words.iter().map(|(name, _)| format!("`{name}`")).collect();
        let (last, others) = names.split_last().expect("there are words");
        let expected = format!("{} or {last}", others.join(", "));
        self.read(option, expected, None, |value| {
            let found = words.iter().find(|(name, _)| value.as_text() == Some(name));
            found.map(|(_, meaning)| *meaning)
        })
    }

    pub(super) fn flag(&mut self, option: &'static str) -> Result<Option<bool>, Refusal> {
        self.read(option, "true or false".into(), None, Value::as_flag)
    }

    pub(super) fn count(&mut self, setting: &Count) -> Result<Option<u64>, Refusal> {
        self.read(setting.name, setting.expected(), None, |value| {
            u64::try_from(value.as_whole()?).ok().filter(|count| setting.admits(*count))
        })
    }

    /// A duration, as a number of the setting's unit or as text with a unit.
    pub(super) fn time(&mut self, setting: &Time) -> Result<Option<Duration>, Refusal> {
        self.read(setting.name, setting.expected(), setting.remedy(), |value| {
            value.as_duration(setting.unit).filter(|time| setting.admits(*time))
        })
    }

    /// Options within an option, unless that is not set, or set to an empty list.
    pub(super) fn inner<T>(
        &mut self,
        option: &'static str,
        read: impl FnOnce(Self) -> Result<T, Refusal>,
    ) -> Result<Option<T>, Refusal> {
        match self.take(option, "a map of options".into()) {
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
        expected: String,
        remedy: Option<&str>,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        let Some(value) = self.take(option, expected) else { return Ok(None) };
        let expected = self.asked.last().map(|asked| asked.expected.as_str()).unwrap_or_default();
        let refusal = || Refusal(out_of_range(option, &value, expected, remedy));
        read(&value).map(Some).ok_or_else(refusal)
    }

    /// Checks that nothing is left.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        match self.values.keys().next() {
            None => Ok(()),
            Some(option) => {
                let known: Vec<_> = self.asked.iter().map(|asked| asked.option).collect();
                let hint = self.hints.get(option).map_or("", |hint| hint);
                Err(Refusal(unknown(option, &known) + hint))
            }
        }
    }

    /// The options that were asked for.
    #[cfg(test)]
    pub(super) fn asked(&self) -> &[Asked] {
        &self.asked
    }
}

/// Sets what is written, and leaves what is not.
pub(super) fn set<T>(option: &mut T, written: Option<T>) {
    if let Some(value) = written {
        *option = value;
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of("the configuration", Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
