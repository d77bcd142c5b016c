use super::CookiePolicy;
use session_core::SessionId;
use session_core::sessions::IdAlphabet;
use std::fmt::{self, Debug, Formatter};

/// The values of the session cookie in a request, as the client sent them.
///
/// The rest of the headers is not kept. There is one value, unless cookies of several paths or
/// domains have the name.
#[derive(Clone, Default)]
pub(crate) struct PresentedIds {
    first: Option<Value>,
    others: Vec<Box<str>>,
}

/// The limit of different values of one request. A browser sends a few at most.
const MOST_VALUES: usize = 16;

/// The limit of ids of one request that are looked up in the store.
const MOST_IDS: usize = 3;

/// The longest cookie: an id of 256 encoded characters, and a signature.
const LONGEST_VALUE: usize = 256 * 3 + 1 + 43;

impl PresentedIds {
    pub(crate) const fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    fn values(&self) -> impl Iterator<Item = &str> {
        self.first.iter().map(Value::text).chain(self.others.iter().map(|value| &**value))
    }

    fn push(&mut self, value: &[u8]) {
        if value.is_empty() || value.len() > LONGEST_VALUE || self.others.len() + 1 >= MOST_VALUES {
            return;
        }
        let Ok(value) = str::from_utf8(value) else { return };
        if self.first.is_none() {
            self.first = Some(Value::new(value));
        } else if self.values().all(|known| known != value) {
            self.others.push(value.into());
        }
    }
}

/// A value. It needs no allocation if it is no longer than a generated id.
#[derive(Clone)]
enum Value {
    Short { bytes: [u8; Self::SHORT], len: u8 },
    Long(Box<str>),
}

impl Value {
    /// A generated id has 32 characters. The rest of the room would be padding.
    const SHORT: usize = 38;

    fn new(text: &str) -> Self {
        let mut bytes = [0; Self::SHORT];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(copy), Ok(len)) => {
                copy.copy_from_slice(text.as_bytes());
                Self::Short { bytes, len }
            }
            _ => Self::Long(text.into()),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Short { bytes, len } => {
                str::from_utf8(&bytes[..usize::from(*len)]).expect("it was copied from a string")
            }
            Self::Long(text) => text,
        }
    }
}

impl CookiePolicy {
    /// Reads the values of the cookie in all `Cookie` headers.
    ///
    /// HTTP/2 may split one header into several.
    pub(crate) fn presented<'h>(
        &self,
        headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> PresentedIds {
        let mut presented = PresentedIds::default();
        for header in headers {
            for pair in header.split(|byte| *byte == b';') {
                let value = pair.trim_ascii_start().strip_prefix(self.name_bytes());
                let value = value.map(<[u8]>::trim_ascii).and_then(|rest| rest.strip_prefix(b"="));
                if let Some(value) = value {
                    presented.push(value.trim_ascii());
                }
            }
        }
        presented
    }

    /// The ids that may be looked up in the store.
    ///
    /// An id must be in the alphabet, and must be signed if cookies are signed.
    pub(crate) fn ids(&self, presented: &PresentedIds, alphabet: IdAlphabet) -> Vec<SessionId> {
        let ids = presented.values().filter_map(|value| alphabet.parse(&self.id_of(value)?).ok());
        ids.take(MOST_IDS).collect()
    }
}

/// Does not show the values, which are secrets.
impl Debug for PresentedIds {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "PresentedIds({}, redacted)", self.values().count())
    }
}
