use super::limits::corrupt;
use super::{Codec, Limits};
use crate::Result;
use crate::store::{Payload, PayloadKind};
use crate::strategy::{Merge, text_like};
use data_encoding::BASE64;

/// Makes text of what another codec encodes.
///
/// The text is what PHP's `base64_encode` makes: the standard alphabet, with padding, without line
/// breaks. Each payload has one such text, and no other is read: missing padding, bits that mean
/// nothing, white space and the URL-safe alphabet are all [`Corrupt`](crate::ErrorKind::Corrupt).
///
/// Of its own limits only [`max_bytes`](Limits::max_bytes) applies, to the text, which is a third
/// longer than what the inner codec sees. The inner codec has limits of its own.
///
/// ```
/// use session_core::codec::{Base64, Codec, RawBytes};
/// use session_core::store::Payload;
///
/// let base64 = Base64::new(RawBytes::new());
/// let payload = base64.encode(&vec![0, 255])?;
/// assert_eq!(payload, Payload::text("AP8="));
/// assert_eq!(base64.decode(&payload)?, [0, 255]);
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Base64<C> {
    inner: C,
    limits: Limits,
}

impl<C> Base64<C> {
    /// The codec around `inner`, with the default limits.
    pub const fn new(inner: C) -> Self {
        Self { inner, limits: Limits::new() }
    }

    /// The same codec with these limits on its text.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

impl<T, C: Codec<T>> Codec<T> for Base64<C> {
    fn kind(&self) -> PayloadKind {
        PayloadKind::Text
    }

    fn encode(&self, data: &T) -> Result<Payload> {
        self.text(&self.inner.encode(data)?)
    }

    fn decode(&self, payload: &Payload) -> Result<T> {
        let bytes = self.bytes(payload)?;
        // The caller knows the payload as the text, so that is what the error holds.
        self.inner.decode(&bytes).map_err(|error| error.with_payload(payload.clone()))
    }
}

impl<C> Base64<C> {
    fn text(&self, bytes: &Payload) -> Result<Payload> {
        self.limits.release(Payload::text(BASE64.encode(bytes.as_bytes())))
    }

    fn bytes(&self, text: &Payload) -> Result<Payload> {
        let bytes = bytes_of(self.limits.admit(text)?).map_err(|position| {
            let detail = format!("not canonical base64 at byte {position}");
            corrupt(text, detail)
        })?;
        Ok(Payload::binary(bytes))
    }
}

/// It merges the payloads of the inner codec.
impl<C: Merge> Merge for Base64<C> {
    fn merge(
        &self,
        read: &Payload,
        changed: &Payload,
        stored: &Payload,
    ) -> Result<Option<Payload>> {
        let decoded = (self.bytes(read), self.bytes(changed), self.bytes(stored));
        let (Ok(read), Ok(own), Ok(stored)) = decoded else {
            return Ok(None);
        };
        match self.inner.merge(&read, &own, &stored)? {
            Some(merged) => Ok(Some(text_like(changed, self.text(&merged)?))),
            None => Ok(None),
        }
    }
}

/// The bytes that have this text, or where it goes wrong.
fn bytes_of(text: &[u8]) -> Result<Vec<u8>, usize> {
    let bytes = BASE64.decode(text).map_err(|error| error.position)?;
    // The decoder takes texts one after the other, each with its padding. Here one ends the text.
    let end = text.len().saturating_sub(4);
    match text[..end].iter().position(|&symbol| symbol == b'=') {
        Some(position) => Err(position),
        None => Ok(bytes),
    }
}
