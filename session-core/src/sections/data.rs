use super::Section;
use super::entry::{Entry, Value};
use super::source::Source;
use super::split::Detail;
use crate::codec::{EncodedEntry, Limits, corrupt, decode_entry, encode_entry};
use crate::error::Operation;
use crate::store::Payload;
use crate::{Error, ErrorKind, Result};
use std::fmt::{self, Debug, Formatter};

/// The data of a session in sections, each of which is decoded on access.
///
/// Sections that were read keep their order. Those that are new follow in the order of their names.
/// So equal changes to equal data make equal bytes, and data without a change is encoded to the very
/// bytes that were read.
///
/// ```
/// use session_core::sections::{Section, Sections};
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Theme(String);
///
/// impl Section for Theme {
///     const NAME: &'static str = "theme";
/// }
///
/// let mut sections = Sections::default();
/// assert!(sections.get::<Theme>()?.is_none());
///
/// let dark = Theme("dark".to_owned());
/// assert!(sections.set(&dark)?);
/// assert!(!sections.set(&dark)?, "it is set already");
/// assert_eq!(sections.get::<Theme>()?.map(|theme| theme.0), Some("dark".to_owned()));
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Sections {
    /// The decoded data, or `None` for the data of a new session.
    pub(super) source: Option<Source>,
    pub(super) entries: Vec<Entry>,
}

impl Sections {
    /// The section, or `None` if there is none of its name.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](ErrorKind::Corrupt) if the section is not of this type, with its name in the
    /// error. The other sections can still be read.
    pub fn get<S: Section>(&self) -> Result<Option<S>> {
        let Some(json) = self.json(S::NAME) else {
            return Ok(None);
        };
        let decoded = decode_entry(self.limits(), json);
        decoded.map(Some).map_err(|detail| corrupt(&self.payload(json), of(S::NAME, &detail)))
    }

    /// Replaces the section, and returns whether its bytes changed.
    ///
    /// Bytes change also where a value that is equal was spelled in another way, by another program.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a value that JSON cannot hold or that is
    /// beyond the [limits](Limits) of the codec. The section then stays as it was.
    pub fn set<S: Section>(&mut self, section: &S) -> Result<bool> {
        let encoded = encode_entry(self.limits(), section);
        let encoded = encoded.map_err(|detail| invalid(S::NAME, &detail))?;
        if self.json(S::NAME) == Some(&encoded.json) {
            return Ok(false);
        }
        self.put(S::NAME, encoded);
        Ok(true)
    }

    /// Removes the section, and returns whether there was one.
    ///
    /// It is not decoded, so this is also the way to give up a section that cannot be.
    pub fn remove<S: Section>(&mut self) -> bool {
        self.take(S::NAME)
    }

    /// Whether there is a section of this name, of any type.
    pub fn contains<S: Section>(&self) -> bool {
        self.json(S::NAME).is_some()
    }

    /// The names of all sections, known and unknown.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.present().map(|entry| entry.name(self.source.as_ref()))
    }

    /// How many sections there are.
    pub fn len(&self) -> usize {
        self.present().count()
    }

    /// Whether there is no section.
    pub fn is_empty(&self) -> bool {
        self.present().next().is_none()
    }

    pub(super) fn present(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.is_removed())
    }

    /// The JSON of a section.
    pub(super) fn json(&self, name: &str) -> Option<&str> {
        self.entries[self.position(name)?].json(self.source.as_ref())
    }

    /// Where the section is, or was before it was removed.
    fn position(&self, name: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.name(self.source.as_ref()) == name)
    }

    fn put(&mut self, name: &str, encoded: EncodedEntry) {
        let Some(position) = self.position(name) else {
            let at = self.entries.partition_point(|entry| {
                entry.read.is_some() || entry.name(self.source.as_ref()) < name
            });
            return self.entries.insert(at, Entry::new(name, encoded));
        };
        let entry = &mut self.entries[position];
        let is_as_read = entry.read_json(self.source.as_ref()) == Some(&encoded.json);
        entry.value = if is_as_read { Value::AsRead } else { Value::Set(encoded) };
    }

    fn take(&mut self, name: &str) -> bool {
        let Some(position) = self.position(name) else {
            return false;
        };
        let entry = &mut self.entries[position];
        let was_there = !entry.is_removed();
        if entry.read.is_some() {
            entry.value = Value::Removed;
        } else {
            self.entries.remove(position);
        }
        was_there
    }

    /// The limits of the codec that decoded the data, or those of new data.
    ///
    /// A section that is set before a codec has seen the data is checked when it is encoded. Until
    /// then only its depth is limited, because each level takes stack.
    fn limits(&self) -> Limits {
        const OF_NEW_DATA: Limits = Limits::new().max_depth(1_000).max_values(usize::MAX);
        self.source.as_ref().map_or(OF_NEW_DATA, |source| source.limits)
    }

    /// The payload that was read, or else the JSON of the section in question.
    fn payload(&self, json: &str) -> Payload {
        self.source.as_ref().map_or_else(|| Payload::text(json), |read| read.payload().clone())
    }
}

/// The error about a section that cannot be encoded.
pub(super) fn invalid(name: &str, detail: &Detail) -> Error {
    Error::new(Operation::Encode, ErrorKind::InvalidArgument).with_detail(of(name, detail))
}

fn of(name: &str, detail: &Detail) -> String {
    format!("section {name}: {detail}")
}

/// Names of sections may be data of other programs, so they are not shown.
impl Debug for Sections {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sections({}, redacted)", self.len())
    }
}
