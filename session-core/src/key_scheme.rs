use crate::{Key, Result, SessionId};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// How the key of a record is made from the session id.
///
/// ```
/// use session_core::{KeyScheme, SessionId};
///
/// let id = SessionId::parse("abc")?;
/// let php = KeyScheme::Named { name: "__Host-SID".into(), separator: "_".into() };
/// assert_eq!(php.key(&id)?.as_str(), "Host-SID_abc");
/// assert_eq!(KeyScheme::Plain.key(&id)?.as_str(), "abc");
/// assert_eq!(KeyScheme::Hashed.key(&id)?.as_str().len(), 64);
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeyScheme {
    /// The lower-case hexadecimal SHA-256 of the id's text: a leaked table opens no session.
    #[default]
    Hashed,
    /// PHP's `trim(name . separator . id, separator)`, for tables shared with its handlers.
    ///
    /// As in PHP's `trim`, the separator's characters are removed from both ends as a set. An id
    /// that ends in one therefore shares its key with the id without.
    Named {
        /// The name of the session, which is the cookie's.
        name: String,
        /// What stands between name and id; `_` by default in PHP.
        separator: String,
    },
    /// The id as it is, as PHP handlers make it that nobody tells the session's name.
    Plain,
}

impl KeyScheme {
    /// The key that this scheme files `id` under.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) if nothing is left of the id, which
    /// takes an id of separators and a scheme without a name.
    pub fn key(&self, id: &SessionId) -> Result<Key> {
        match self {
            Self::Hashed => Key::new(HEXLOWER.encode(&Sha256::digest(id.secret()))),
            Self::Named { name, separator } => {
                let text = format!("{name}{separator}{}", id.secret());
                Key::new(text.trim_matches(|character| separator.contains(character)))
            }
            Self::Plain => Key::new(id.secret()),
        }
    }
}
