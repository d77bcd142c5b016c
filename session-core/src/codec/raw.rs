use super::limits::{codec_with_limits, corrupt};
use super::{Codec, Limits};
use crate::Result;
use crate::store::{Payload, PayloadKind};
use std::str;

codec_with_limits! {
    /// Bytes as they are, for callers that have a format of their own.
    ///
    /// Of the limits, only [`max_bytes`](Limits::max_bytes) applies.
    ///
    /// ```
    /// use session_core::codec::{Codec, RawBytes};
    /// use session_core::store::Payload;
    ///
    /// let payload = RawBytes::new().encode(&vec![0, 255])?;
    /// assert_eq!(payload, Payload::binary([0, 255]));
    /// assert_eq!(RawBytes::new().decode(&payload)?, [0, 255]);
    /// # Ok::<(), session_core::Error>(())
    /// ```
    RawBytes
}

impl Codec<Vec<u8>> for RawBytes {
    fn kind(&self) -> PayloadKind {
        PayloadKind::Binary
    }

    fn encode(&self, data: &Vec<u8>) -> Result<Payload> {
        self.limits.release(Payload::binary(data.as_slice()))
    }

    fn decode(&self, payload: &Payload) -> Result<Vec<u8>> {
        self.limits.admit(payload).map(<[u8]>::to_vec)
    }
}

codec_with_limits! {
    /// Text as it is, for callers that have a format of their own.
    ///
    /// Of the limits, only [`max_bytes`](Limits::max_bytes) applies, to the UTF-8.
    ///
    /// ```
    /// use session_core::codec::{Codec, RawString};
    /// use session_core::store::Payload;
    /// use session_core::ErrorKind;
    ///
    /// let payload = RawString::new().encode(&"user|i:7;".to_owned())?;
    /// assert_eq!(payload, Payload::text("user|i:7;"));
    ///
    /// let error = RawString::new().decode(&Payload::binary([0xff])).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Corrupt);
    /// # Ok::<(), session_core::Error>(())
    /// ```
    RawString
}

impl Codec<String> for RawString {
    fn kind(&self) -> PayloadKind {
        PayloadKind::Text
    }

    fn encode(&self, data: &String) -> Result<Payload> {
        self.limits.release(Payload::text(data.as_str()))
    }

    fn decode(&self, payload: &Payload) -> Result<String> {
        let bytes = self.limits.admit(payload)?;
        match str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => {
                let detail = format!("not UTF-8 at byte {}", error.valid_up_to());
                Err(corrupt(payload, detail))
            }
        }
    }
}
