use crate::SessionId;
use crate::error::Operation;
use crate::{Error, ErrorKind, Result};

/// The characters that a session id may have to be looked up in the store.
///
/// A client can present any text. Text outside the alphabet of the sessions is
/// [unacceptable](crate::sessions::Presented::Unacceptable): nothing is sent to the store for it. An id in
/// the alphabet is still adopted only if the store knows it ([S1](crate::contract#s1)).
///
/// Each [key scheme](crate::KeyScheme::id_alphabet) has one, and
/// [`SessionsBuilder::id_alphabet`](crate::sessions::SessionsBuilder::id_alphabet) sets another. Ids are
/// made of hexadecimal digits, which belong to every alphabet.
///
/// ```
/// use session_core::sessions::IdAlphabet;
///
/// assert!(IdAlphabet::UrlSafe.parse("gK_x-7").is_ok());
/// assert!(IdAlphabet::Php.parse("gK,x-7").is_ok());
/// assert!(IdAlphabet::Php.parse("user@host").is_err());
/// assert_eq!(IdAlphabet::Printable.parse("user@host")?.secret(), "user@host");
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdAlphabet {
    /// `A` to `Z`, `a` to `z`, `0` to `9`, `-` and `_`, as in URL-safe base64.
    UrlSafe,
    /// `A` to `Z`, `a` to `z`, `0` to `9`, `,` and `-`, as in the ids of PHP.
    Php,
    /// Printable ASCII but the blank and `"`, `'`, `<`, `>`, `\` and `;`.
    ///
    /// This is for tables whose PHP application sets its own ids by `session_id()`. PHP itself
    /// drops an id with one of these characters, except the semicolon, which ends a cookie's value.
    /// PHP percent-encodes ids in its cookies: decode a cookie before its id is presented.
    ///
    /// With [`KeyScheme::Named`](crate::KeyScheme::Named), the id `admin_7` under the name `SID`
    /// shares its key with the id `7` under the name `SID_admin`, as in PHP. So no two session
    /// names in one table may differ by an end that begins with the separator.
    Printable,
}

impl IdAlphabet {
    /// Returns the id that a client presents, if it has only these characters.
    ///
    /// An id has between one and [`SessionId::MAX_LEN`] characters.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for any other text, which is not repeated
    /// in the error.
    pub fn parse(self, text: &str) -> Result<SessionId> {
        let detail = if text.is_empty() {
            "a session id needs at least one character"
        } else if text.len() > SessionId::MAX_LEN {
            "a session id has at most 256 characters"
        } else if !text.bytes().all(|byte| self.contains(byte)) {
            "a session id has a character outside of its alphabet"
        } else {
            return Ok(SessionId::from_checked(text));
        };
        Err(Error::new(Operation::Open, ErrorKind::InvalidArgument).with_detail(detail))
    }

    const fn contains(self, byte: u8) -> bool {
        match self {
            Self::UrlSafe => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
            Self::Php => byte.is_ascii_alphanumeric() || matches!(byte, b',' | b'-'),
            Self::Printable => {
                byte.is_ascii_graphic()
                    && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'\\' | b';')
            }
        }
    }
}
