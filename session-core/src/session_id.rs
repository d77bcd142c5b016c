use crate::error::Operation;
use crate::random::{Randomness, draw};
use crate::{Error, ErrorKind, Result};
use data_encoding::HEXLOWER;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

/// The secret in the cookie.
///
/// A client with the id can use the session. So it has no `Display`, no `Serialize`, and a `Debug`
/// that shows nothing; [`secret`](Self::secret) is the one way to its text, for the cookie.
///
/// A generated id is 128 random bits as 32 lower-case hexadecimal characters, which is also what
/// PHP makes. The length follows the [OWASP session management cheat sheet], which asks for at
/// least 64 bits of entropy.
///
/// [OWASP session management cheat sheet]: https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
///
/// ```
/// use session_core::random::OsRandom;
/// use session_core::SessionId;
///
/// let id = SessionId::draw(&OsRandom);
/// assert_eq!(id.secret().len(), 32);
/// assert_eq!(SessionId::parse(id.secret())?, id);
/// assert_eq!(format!("{id:?}"), "SessionId(redacted)");
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SessionId(Arc<str>);

impl SessionId {
    /// The longest text that is taken for an id, in characters: PHP's own limit.
    pub const MAX_LEN: usize = 256;

    const RANDOM_BYTES: usize = 16;

    /// A fresh id of 128 random bits.
    pub fn draw(randomness: &dyn Randomness) -> Self {
        let bytes: [u8; Self::RANDOM_BYTES] = draw(randomness);
        Self(HEXLOWER.encode(&bytes).into())
    }

    /// The id that a client presents.
    ///
    /// An id that parses is well formed, no more: only the store can say whether it knows it.
    /// Accepted is what PHP and this crate generate: up to [`MAX_LEN`](Self::MAX_LEN) of the
    /// characters `A` to `Z`, `a` to `z`, `0` to `9`, comma, hyphen and underscore. An
    /// [`IdAlphabet`](crate::sessions::IdAlphabet) parses ids of other characters.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for any other text, which is not repeated
    /// in the error.
    pub fn parse(text: &str) -> Result<Self> {
        let id_character = |byte: u8| byte.is_ascii_alphanumeric() || b",-_".contains(&byte);
        let detail = if text.is_empty() {
            "a session id needs at least one character"
        } else if text.len() > Self::MAX_LEN {
            "a session id has at most 256 characters"
        } else if !text.bytes().all(id_character) {
            "a session id has letters, digits, commas, hyphens and underscores only"
        } else {
            return Ok(Self(text.into()));
        };
        Err(Error::new(Operation::Open, ErrorKind::InvalidArgument).with_detail(detail))
    }

    /// The id of a text that an [`IdAlphabet`](crate::sessions::IdAlphabet) accepts.
    pub(crate) fn from_checked(text: &str) -> Self {
        Self(text.into())
    }

    /// The text of the id, for the cookie and for nothing else.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl Debug for SessionId {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionId(redacted)")
    }
}
