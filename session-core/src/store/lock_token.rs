use crate::random::{Randomness, draw};
use data_encoding::BASE64URL_NOPAD;
use std::fmt::{self, Debug, Formatter};

/// The fencing token of one lock: the caller that names it holds the lock.
///
/// The caller generates it once per intended acquisition, so that a repeated acquisition is
/// recognized as its own ([R11](crate::contract#r11)). It is a secret; `Debug` does not show it.
///
/// ```
/// use session_core::random::OsRandom;
/// use session_core::store::LockToken;
///
/// let token = LockToken::draw(&OsRandom);
/// assert_eq!(token.encode().len(), LockToken::ENCODED_LEN);
/// assert_eq!(LockToken::decode(&token.encode()), Some(token));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LockToken([u8; 16]);

impl LockToken {
    /// The length of the [encoded](Self::encode) token, in characters.
    pub const ENCODED_LEN: usize = 22;

    /// Generates a new token.
    pub fn draw(randomness: &dyn Randomness) -> Self {
        Self(draw(randomness))
    }

    /// The token as base64url without padding ([RFC 4648, section 5]), for a store.
    ///
    /// [RFC 4648, section 5]: https://www.rfc-editor.org/rfc/rfc4648#section-5
    pub fn encode(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// The token that was encoded so, or `None` for any other text.
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl Debug for LockToken {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("LockToken(redacted)")
    }
}
