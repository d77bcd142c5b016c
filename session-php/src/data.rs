use crate::decode::{self, Fault, Part, Variables};
use crate::encode::{self, Original, Refusal};
use crate::value::{Anchor, Array, Reference, Value};
use crate::{Format, Key, merge};
use session_core::codec::Limits;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

/// The variables of a session, whatever they are: PHP's `$_SESSION`.
///
/// Data that was decoded remembers the bytes. A session that has the values that it had is encoded
/// to the very bytes that it was read from, and in a changed one so is every variable that is as
/// it was, however its writer spelled it. A variable whose references lead to another place than
/// before, because values before it came or went, is written anew with the right numbers.
///
/// Equal sessions have the same variables in the same order. `Debug` shows sizes, never data.
///
/// # Names
///
/// Names are strings in `php` and `php_binary`, even those that read as numbers, and keys of an
/// array in `php_serialize`. [`get`](Self::get) and its like find both by either spelling.
///
/// ```
/// use session_core::codec::Codec;
/// use session_core::store::Payload;
/// use session_php::{Format, PhpCodec, SessionData, Value};
///
/// let codec = PhpCodec::new(Format::Php);
/// let mut session: SessionData = codec.decode(&Payload::text("name|s:6:\"Jeremy\";n|i:+1;"))?;
/// assert_eq!(session.get("name").and_then(Value::as_str), Some("Jeremy"));
///
/// session.insert("name", "Zoë");
/// assert_eq!(codec.encode(&session)?, Payload::text("name|s:4:\"Zoë\";n|i:+1;"));
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct SessionData {
    root: Option<Anchor>,
    values: Array,
    source: Option<Source>,
}

/// The payload that a session was decoded from.
#[derive(Clone)]
struct Source {
    format: Format,
    bytes: Arc<[u8]>,
    parts: Arc<[Part]>,
    /// Whether somebody could have changed a value since.
    is_lent: bool,
}

impl SessionData {
    /// A session without variables.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many variables there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value of this variable.
    pub fn get(&self, name: impl Into<Key>) -> Option<&Value> {
        self.values.get(self.values.known(name.into()))
    }

    /// The value of this variable, to be changed.
    pub fn get_mut(&mut self, name: impl Into<Key>) -> Option<&mut Value> {
        let name = self.values.known(name.into());
        self.values_mut().get_mut(name)
    }

    /// Sets this variable, and gives back the value that it had.
    ///
    /// References that led to the old value, or into it, lead nowhere afterwards, and such a
    /// session is rejected when it is encoded. To change what they lead to, change it in place, by
    /// [`Value::resolve_mut`].
    pub fn insert(&mut self, name: impl Into<Key>, value: impl Into<Value>) -> Option<Value> {
        let name = self.values.known(name.into());
        self.values_mut().insert(name, value)
    }

    /// Removes this variable, and returns its value; the order of the others stays.
    ///
    /// As with PHP's `unset`, a value to which references lead stays for them: it moves to where the
    /// first of them stands, and a copy of it is given back.
    ///
    /// ```
    /// use session_core::codec::Codec;
    /// use session_core::store::Payload;
    /// use session_php::{Format, PhpCodec, SessionData};
    ///
    /// let codec = PhpCodec::new(Format::Php);
    /// let mut session: SessionData = codec.decode(&Payload::text("a|i:1;b|R:1;c|R:1;"))?;
    /// session.remove("a");
    /// assert_eq!(codec.encode(&session)?, Payload::text("b|i:1;c|R:1;"));
    /// # Ok::<(), session_core::Error>(())
    /// ```
    pub fn remove(&mut self, name: impl Into<Key>) -> Option<Value> {
        let name = self.values.known(name.into());
        let removed = self.values_mut().remove(name)?;
        Some(merge::keep_referenced(&mut self.values, removed))
    }

    /// The variables in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Key, &Value)> + '_ {
        self.values.iter()
    }

    /// The variables in their order, with values to be changed.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&Key, &mut Value)> + '_ {
        self.values_mut().iter_mut()
    }

    /// The value to which a reference leads.
    ///
    /// There is none if it was removed, if it is the session itself, or if an object that
    /// serializes itself stands before it, so that only PHP can count. It takes a walk over the
    /// session.
    pub fn follow(&self, reference: Reference) -> Option<&Value> {
        find(&self.values, reference.anchor)
    }

    /// Whether there are bytes that it was decoded from.
    pub(crate) fn is_decoded(&self) -> bool {
        self.source.is_some()
    }

    /// The length of the bytes that it was decoded from.
    pub(crate) fn source_len(&self) -> Option<usize> {
        self.source.as_ref().map(|source| source.bytes.len())
    }

    pub(crate) fn values(&self) -> &Array {
        &self.values
    }

    pub(crate) fn values_mut(&mut self) -> &mut Array {
        if let Some(source) = &mut self.source {
            source.is_lent = true;
        }
        &mut self.values
    }

    pub(crate) fn decode(format: Format, bytes: &[u8], limits: Limits) -> Result<Self, Fault> {
        let Variables { root, values, parts } = decode::variables(format, bytes, limits)?;
        let source = Source { format, bytes: bytes.into(), parts: parts.into(), is_lent: false };
        Ok(Self { root, values, source: Some(source) })
    }

    pub(crate) fn encode(&self, format: Format, limits: Limits) -> Result<Vec<u8>, Refusal> {
        let source = self.source.as_ref().filter(|source| source.format == format);
        let Some(source) = source else {
            return encode::variables(format, self.root, &self.values, None, limits);
        };
        if !source.is_lent {
            return Ok(source.bytes.to_vec());
        }
        // Whether a value was changed only its first decoding tells, and it is cheaper to repeat
        // that than to keep it.
        let Ok(was) = decode::variables(format, &source.bytes, limits) else {
            return encode::variables(format, self.root, &self.values, None, limits);
        };
        if self.values == was.values {
            return Ok(source.bytes.to_vec());
        }
        let original = source.original(&was.values);
        encode::variables(format, self.root, &self.values, Some(&original), limits)
    }
}

impl Source {
    fn original<'a>(&'a self, values: &'a Array) -> Original<'a> {
        let spelled = |part: &'a Part| (&part.name, &self.bytes[part.bytes.clone()]);
        let (defined, undefined) = self.parts.iter().partition::<Vec<_>, _>(|part| part.has_value);
        Original {
            values,
            spelling: defined.into_iter().map(spelled).collect(),
            undefined: undefined.into_iter().map(spelled).collect(),
        }
    }
}

fn find(values: &Array, anchor: Anchor) -> Option<&Value> {
    values.iter().find_map(|(_, value)| find_in(value, anchor))
}

fn find_in(value: &Value, anchor: Anchor) -> Option<&Value> {
    match value {
        Value::ReferenceTarget(anchored) if anchored.anchor == anchor => Some(&anchored.value),
        Value::ReferenceTarget(anchored) => find_in(&anchored.value, anchor),
        Value::Array(array) => find(array, anchor),
        Value::Object(object) => find(&object.properties, anchor),
        _ => None,
    }
}

impl PartialEq for SessionData {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl Eq for SessionData {}

impl Debug for SessionData {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "SessionData({} variables, redacted)", self.len())
    }
}

impl From<Array> for SessionData {
    fn from(values: Array) -> Self {
        Self { root: None, values, source: None }
    }
}

impl<K: Into<Key>, V: Into<Value>> FromIterator<(K, V)> for SessionData {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Array::from_iter(variables).into()
    }
}
