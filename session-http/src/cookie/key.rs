use hmac::{Hmac, KeyInit, Mac};
use session_core::error::Operation;
use session_core::{Error, ErrorKind, Result};
use sha2::Sha256;
use std::fmt::{self, Debug, Formatter};

/// A secret key that signs cookies, by HMAC-SHA256.
///
/// ```
/// use session_http::CookieKey;
///
/// let key = CookieKey::new(&[7; 32])?; // from a file or the environment, and random
/// assert_eq!(format!("{key:?}"), "CookieKey(redacted)");
/// assert!(CookieKey::new(b"too short").is_err());
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone)]
pub struct CookieKey(Hmac<Sha256>);

impl CookieKey {
    /// The least length of a key, in bytes.
    pub const MIN_LEN: usize = 32;

    /// Creates a key from these bytes, which should be random.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) for a key of fewer than [`MIN_LEN`](Self::MIN_LEN) bytes.
    pub fn new(bytes: &[u8]) -> Result<Self> {
        let long_enough = bytes.len() >= Self::MIN_LEN;
        let mac = long_enough.then(|| Hmac::new_from_slice(bytes).ok()).flatten();
        mac.map(Self).ok_or_else(|| {
            let error = Error::new(Operation::Configure, ErrorKind::Config);
            error.with_detail("a key that signs cookies needs 32 random bytes or more")
        })
    }

    /// The signature of a cookie.
    ///
    /// The name is part of the signature, so that it fits no other cookie.
    pub(super) fn sign(&self, name: &str, value: &str) -> [u8; 32] {
        self.mac(name, value).finalize().into_bytes().into()
    }

    /// Whether this key made the signature. The comparison takes constant time.
    pub(super) fn verifies(&self, name: &str, value: &str, signature: &[u8]) -> bool {
        self.mac(name, value).verify_slice(signature).is_ok()
    }

    fn mac(&self, name: &str, value: &str) -> Hmac<Sha256> {
        let mac = self.0.clone();
        // No name has an equals sign, so two different cookies have different bytes here.
        mac.chain_update("session-http cookie\0")
            .chain_update(name)
            .chain_update("=")
            .chain_update(value)
    }
}

impl Debug for CookieKey {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("CookieKey(redacted)")
    }
}
