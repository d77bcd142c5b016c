use super::source::Source;
use crate::codec::EncodedEntry;
use std::ops::Range;

/// One section: its place in the payload, or the value that was set since.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) name: Name,
    /// The place of the value in the payload, or `None` if the section is new.
    pub(super) read: Option<Range<usize>>,
    pub(super) value: Value,
}

/// The name of a section.
#[derive(Clone)]
pub(super) enum Name {
    /// It stands there in the payload, with its quotes.
    Read {
        quoted: Range<usize>,
        /// The name itself, if the payload spells it with escapes.
        unescaped: Option<Box<str>>,
    },
    /// It was set.
    New(Box<str>),
}

/// The value of a section.
#[derive(Clone)]
pub(super) enum Value {
    /// The one that was read.
    AsRead,
    /// One that was set.
    Set(EncodedEntry),
    /// None: a section that was read is removed.
    Removed,
}

impl Entry {
    pub(super) fn new(name: &str, value: EncodedEntry) -> Self {
        Self { name: Name::New(name.into()), read: None, value: Value::Set(value) }
    }

    /// The name of the section.
    pub(super) fn name<'s>(&'s self, source: Option<&'s Source>) -> &'s str {
        match &self.name {
            Name::Read { unescaped: Some(name), .. } | Name::New(name) => name,
            Name::Read { quoted, unescaped: None } => {
                text(source, &(quoted.start + 1..quoted.end - 1))
            }
        }
    }

    /// The name as JSON, spelled as it was read.
    pub(super) fn push_name(&self, source: Option<&Source>, json: &mut String) {
        match &self.name {
            Name::Read { quoted, .. } => json.push_str(text(source, quoted)),
            Name::New(name) => json.push_str(&serde_json::Value::from(&**name).to_string()),
        }
    }

    /// The JSON that was read.
    pub(super) fn read_json<'s>(&self, source: Option<&'s Source>) -> Option<&'s str> {
        self.read.as_ref().map(|range| text(source, range))
    }

    /// The JSON of the value, or `None` if the section is removed.
    pub(super) fn json<'s>(&'s self, source: Option<&'s Source>) -> Option<&'s str> {
        match &self.value {
            Value::AsRead => self.read_json(source),
            Value::Set(encoded) => Some(&encoded.json),
            Value::Removed => None,
        }
    }

    /// Whether the section has the value that was read.
    pub(super) const fn is_as_read(&self) -> bool {
        matches!(self.value, Value::AsRead)
    }

    pub(super) const fn is_removed(&self) -> bool {
        matches!(self.value, Value::Removed)
    }
}

fn text<'s>(source: Option<&'s Source>, range: &Range<usize>) -> &'s str {
    source.expect("a range was read from a payload").text(range)
}
