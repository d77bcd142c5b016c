mod trim;

use crate::error::Operation;
use crate::sessions::IdAlphabet;
use crate::store::Key;
use crate::{Error, ErrorKind, Result, SessionId};
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
    /// The lower-case hexadecimal SHA-256 of the id's text.
    ///
    /// A leaked table opens no session.
    #[default]
    Hashed,
    /// PHP's `trim(name . separator . id, separator)`.
    ///
    /// It is for tables that are shared with PHP's handlers.
    ///
    /// As in PHP's `trim`, the separator's bytes are removed from both ends as a set, in which
    /// `a..d` is a range. An id that ends in one therefore shares its key with the id without.
    Named {
        /// The name of the session, which is the name of its cookie.
        ///
        /// It is empty where PHP's handler does not get the name, as in Laravel.
        name: String,
        /// The text between name and id: `_` in PHP, unless async-aws has another option.
        separator: String,
    },
    /// The id as it is.
    ///
    /// PHP's handlers trim the id even without a name, so their keys differ.
    Plain,
}

impl KeyScheme {
    /// The key that this scheme files `id` under.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) if nothing is left of the id, which takes an
    /// id of separators and a scheme without a name; or if what is left of a name is not UTF-8,
    /// which takes a separator beyond ASCII, and which DynamoDB rejects from PHP as well.
    pub fn key(&self, id: &SessionId) -> Result<Key> {
        match self {
            Self::Hashed => {
                let mut hex = [0; 64];
                Key::new(HEXLOWER.encode_mut_str(&Sha256::digest(id.secret()), &mut hex))
            }
            Self::Named { name, separator } => {
                let text = format!("{name}{separator}{}", id.secret());
                let trimmed = trim::trim(text.as_bytes(), separator.as_bytes());
                Key::new(str::from_utf8(trimmed).map_err(|_| cut_in_two())?)
            }
            Self::Plain => Key::new(id.secret()),
        }
    }
}

impl KeyScheme {
    /// The characters of the ids that are looked up under this scheme.
    ///
    /// They are PHP's for a scheme with a name, and otherwise those of URLs. Sessions can be
    /// [built](crate::sessions::SessionsBuilder::id_alphabet) with another alphabet.
    ///
    /// ```
    /// use session_core::sessions::IdAlphabet;
    /// use session_core::KeyScheme;
    ///
    /// let php = KeyScheme::Named { name: "SID".into(), separator: "_".into() };
    /// assert_eq!(php.id_alphabet(), IdAlphabet::Php);
    /// assert_eq!(KeyScheme::Hashed.id_alphabet(), IdAlphabet::UrlSafe);
    /// ```
    pub const fn id_alphabet(&self) -> IdAlphabet {
        match self {
            Self::Hashed | Self::Plain => IdAlphabet::UrlSafe,
            Self::Named { .. } => IdAlphabet::Php,
        }
    }

    /// Whether `key` has the form of the keys that this scheme makes.
    ///
    /// A store that shares its table with other data finds by this which items are no sessions. The answer
    /// is certain if the scheme [is distinctive](Self::is_distinctive). Otherwise every key that is
    /// a well-formed id matches.
    ///
    /// With a name, an id that contains the separator does not match: `SID_admin_7` can be a
    /// session of the name `SID_admin`. This applies to separators such as `_`, which no generator
    /// of ids uses. Ids of PHP's generator contain letters, digits, commas and hyphens. Neither do
    /// ids match that only [`IdAlphabet::Printable`] accepts.
    ///
    /// ```
    /// use session_core::store::Key;
    /// use session_core::KeyScheme;
    ///
    /// let php = KeyScheme::Named { name: "SID".into(), separator: "_".into() };
    /// assert!(php.matches(&Key::new("SID_abc")?));
    /// assert!(!php.matches(&Key::new("SID_admin_abc")?));
    /// assert!(!php.matches(&Key::new("USER#1")?));
    /// assert!(KeyScheme::Hashed.matches(&Key::new("0f".repeat(32))?));
    /// # Ok::<(), session_core::Error>(())
    /// ```
    pub fn matches(&self, key: &Key) -> bool {
        let key = key.as_str();
        match self {
            Self::Hashed => {
                key.len() == 64 && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            }
            Self::Named { name, separator } => {
                let prefix = format!("{name}{separator}");
                let prefix = trim::trim_start(prefix.as_bytes(), separator.as_bytes());
                let id = key.as_bytes().strip_prefix(prefix);
                let is_trimmed =
                    trim::trim(key.as_bytes(), separator.as_bytes()).len() == key.len();
                is_trimmed && id.is_some_and(|id| is_id_of(id, separator))
            }
            Self::Plain => SessionId::parse(key).is_ok(),
        }
    }

    /// Whether the keys of this scheme differ in form from those of other data.
    ///
    /// Hashed keys do, and so do keys that begin with a name and a separator. A key that is the id
    /// alone may be anything: a UUID is a well-formed id.
    ///
    /// ```
    /// use session_core::KeyScheme;
    ///
    /// assert!(KeyScheme::Hashed.is_distinctive());
    /// assert!(!KeyScheme::Plain.is_distinctive());
    /// ```
    pub fn is_distinctive(&self) -> bool {
        match self {
            Self::Hashed => true,
            Self::Named { name, separator } => {
                let name = trim::trim_start(name.as_bytes(), separator.as_bytes());
                !name.is_empty() && !separator.is_empty()
            }
            Self::Plain => false,
        }
    }
}

/// Whether these bytes are a whole id, not a longer name's end with its own id.
fn is_id_of(id: &[u8], separator: &str) -> bool {
    let is_generated = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b',' | b'-');
    let tells_names_apart = !separator.bytes().all(is_generated);
    str::from_utf8(id).is_ok_and(|id| {
        SessionId::parse(id).is_ok() && !(tells_names_apart && id.contains(separator))
    })
}

/// The bytes are the key's, so they are not kept as a source.
fn cut_in_two() -> Error {
    Error::new(Operation::Open, ErrorKind::InvalidArgument)
        .with_detail("trimming the separator's bytes cuts a character of the session's name in two")
}
