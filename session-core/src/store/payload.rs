use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

/// The encoded data of a session, as a store keeps it.
///
/// Text and binary are different kinds, and a store that keeps both gives back the kind that it
/// was given. Cloning copies no bytes. `Debug` shows kind and length alone.
///
/// ```
/// use session_core::store::{Payload, PayloadKind};
///
/// let payload = Payload::text("{\"cart\":[]}");
/// assert_eq!(payload.kind(), PayloadKind::Text);
/// assert_eq!(format!("{payload:?}"), "Text(11 bytes, redacted)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum Payload {
    /// Characters, kept as UTF-8.
    Text(Arc<str>),
    /// Any bytes.
    Binary(Arc<[u8]>),
}

impl Payload {
    /// A payload of characters.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// A payload of bytes.
    pub fn binary(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self::Binary(bytes.into())
    }

    /// Which of the two kinds this is.
    pub const fn kind(&self) -> PayloadKind {
        match self {
            Self::Text(_) => PayloadKind::Text,
            Self::Binary(_) => PayloadKind::Binary,
        }
    }

    /// The bytes, those of the UTF-8 encoding for text.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether there are none. Empty data is data.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Debug for Payload {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}({} bytes, redacted)", self.kind(), self.len())
    }
}

/// Text or binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PayloadKind {
    /// Characters.
    Text,
    /// Bytes.
    Binary,
}

impl PayloadKind {
    /// The kind's name in messages and options.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Binary => "binary",
        }
    }
}
