mod trim;

use crate::{Error, ErrorKind, Key, Operation, Result, SessionId};
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
    /// As in PHP's `trim`, the separator's bytes are removed from both ends as a set, in which
    /// `a..d` is a range. An id that ends in one therefore shares its key with the id without.
    Named {
        /// The name of the session, which is the cookie's; empty where nobody tells it to PHP's
        /// handler, as Laravel does not.
        name: String,
        /// What stands between name and id; `_` in PHP, unless async-aws is told otherwise.
        separator: String,
    },
    /// The id as it is. PHP's handlers trim it even without a name, so this is not theirs.
    Plain,
}

impl KeyScheme {
    /// The key that this scheme files `id` under.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) if nothing is left of the id, which takes an
    /// id of separators and a scheme without a name; or if what is left of a name is not UTF-8,
    /// which takes a separator beyond ASCII, and which DynamoDB refuses from PHP as well.
    pub fn key(&self, id: &SessionId) -> Result<Key> {
        match self {
            Self::Hashed => Key::new(HEXLOWER.encode(&Sha256::digest(id.secret()))),
            Self::Named { name, separator } => {
                let text = format!("{name}{separator}{}", id.secret());
                let trimmed = trim::trim(text.as_bytes(), separator.as_bytes());
                Key::new(str::from_utf8(trimmed).map_err(|_| cut_in_two())?)
            }
            Self::Plain => Key::new(id.secret()),
        }
    }
}

/// The bytes are the key's, so they are not kept as a source.
fn cut_in_two() -> Error {
    Error::new(Operation::Open, ErrorKind::InvalidArgument)
        .with_detail("trimming the separator's bytes cuts a character of the session's name in two")
}
