use crate::error::Operation;
use crate::{Error, ErrorKind, Result};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

/// The name of a record in a store.
///
/// A key is any text that is not empty; stores keep keys apart whatever characters they hold
/// ([R12](crate::contract#r12)). It is made from a session id by a [`KeyScheme`](crate::KeyScheme), and two of the three
/// schemes leave the id readable in it, so `Debug` shows nothing.
///
/// ```
/// use session_core::store::Key;
///
/// let key = Key::new("PHPSESSID_abc")?;
/// assert_eq!(key.as_str(), "PHPSESSID_abc");
/// assert_eq!(format!("{key:?}"), "Key(redacted)");
/// assert!(Key::new("").is_err());
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<str>);

impl Key {
    /// A key of this text.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for an empty text.
    pub fn new(text: impl Into<Arc<str>>) -> Result<Self> {
        let text = text.into();
        if text.is_empty() {
            let error = Error::new(Operation::Open, ErrorKind::InvalidArgument);
            return Err(error.with_detail("a key needs at least one character"));
        }
        Ok(Self(text))
    }

    /// The text, for the store that files by it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Debug for Key {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(redacted)")
    }
}
