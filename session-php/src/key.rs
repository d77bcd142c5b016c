use std::fmt::{self, Debug, Formatter};

/// The key of an array's entry, or the name of a variable or property.
///
/// PHP knows two kinds of keys, and turns a string that reads as a number into the number: in an
/// array, `"7"` and `7` are one key. So do the conversions here: `Key::from("7")` is
/// `Key::Int(7)`, while `"07"`, `"-0"` and `"+7"` stay strings.
///
/// Names are data too: `Debug` shows the kind and the length alone.
///
/// ```
/// use session_php::Key;
///
/// assert_eq!(Key::from("7"), Key::Int(7));
/// assert_eq!(Key::from("07"), Key::Bytes(b"07".to_vec()));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// A number.
    Int(i64),
    /// A string, which in PHP is bytes.
    Bytes(Vec<u8>),
}

impl Key {
    /// The characters of a key that is a string of UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Int(_) => None,
            Self::Bytes(bytes) => str::from_utf8(bytes).ok(),
        }
    }

    /// The key that PHP's arrays would have for these bytes.
    pub(crate) fn normal(bytes: Vec<u8>) -> Self {
        match decimal(&bytes) {
            Some(number) => Self::Int(number),
            None => Self::Bytes(bytes),
        }
    }
}

/// The number of which these bytes are the one spelling.
fn decimal(bytes: &[u8]) -> Option<i64> {
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let is_canonical = match digits {
        [b'0'] => digits.len() == bytes.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !is_canonical {
        return None;
    }
    str::from_utf8(bytes).ok()?.parse().ok()
}

impl From<i64> for Key {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<&str> for Key {
    fn from(name: &str) -> Self {
        Self::normal(name.as_bytes().to_vec())
    }
}

impl From<String> for Key {
    fn from(name: String) -> Self {
        Self::normal(name.into_bytes())
    }
}

impl From<&[u8]> for Key {
    fn from(name: &[u8]) -> Self {
        Self::normal(name.to_vec())
    }
}

impl From<Vec<u8>> for Key {
    fn from(name: Vec<u8>) -> Self {
        Self::normal(name)
    }
}

impl Debug for Key {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(_) => formatter.write_str("Int(redacted)"),
            Self::Bytes(bytes) => write!(formatter, "Bytes({} bytes, redacted)", bytes.len()),
        }
    }
}
