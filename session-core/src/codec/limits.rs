use crate::error::Operation;
use crate::store::Payload;
use crate::{Error, ErrorKind, Result};
use std::borrow::Cow;

/// How much a codec takes, of what it decodes and of what it encodes.
///
/// Three figures bound the work and the memory that a hostile payload can cost. They mean the same
/// in every format, and data that a codec would not read back it does not write: what is beyond
/// them is rejected when it is encoded, before it makes a session that cannot be opened.
///
/// | limit | default | what it counts |
/// | --- | --- | --- |
/// | [`max_bytes`](Self::max_bytes) | 4 MiB | the bytes of the payload |
/// | [`max_depth`](Self::max_depth) | 128 | values within values |
/// | [`max_values`](Self::max_values) | 4 Mi | elements, entries and fields |
///
/// The defaults bound a fault rather than guide a design. A DynamoDB item ends at 400 KB, a tenth
/// of the first figure, so every store's own limit is met first; the third is one value for each of
/// those bytes.
///
/// ```
/// # #[cfg(feature = "json")] {
/// use session_core::codec::{Codec, Json, Limits};
/// use session_core::store::Payload;
///
/// let json = Json::new().with_limits(Limits::new().max_depth(1));
/// let flat: Vec<u8> = json.decode(&Payload::text("[1,2]"))?;
/// assert_eq!(flat, [1, 2]);
///
/// let nested: Result<Vec<Vec<u8>>, _> = json.decode(&Payload::text("[[1],[2]]"));
/// assert_eq!(
///     nested.unwrap_err().to_string(),
///     "decode: the data cannot be decoded: nested deeper than the limit of 1",
/// );
/// # }
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub(super) bytes: usize,
    pub(super) depth: usize,
    pub(super) values: usize,
}

impl Limits {
    /// The default limits.
    pub const fn new() -> Self {
        Self { bytes: 4 * 1024 * 1024, depth: 128, values: 4 * 1024 * 1024 }
    }

    /// The same limits, with payloads of at most `bytes` bytes.
    #[must_use]
    pub const fn max_bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// The same limits, with values nested at most `levels` deep.
    ///
    /// A number or a string is at level 0. Whatever holds another value puts it one level deeper: a
    /// sequence, a map, a tuple, a struct, `Some`, a newtype, a variant with one field; a variant
    /// with several puts them two levels deeper. Every level takes stack, and so does dropping the
    /// value, so a limit far above the default asks for threads with room.
    #[must_use]
    pub const fn max_depth(mut self, levels: usize) -> Self {
        self.depth = levels;
        self
    }

    /// The same limits, with at most `values` values in all.
    ///
    /// Elements of sequences and tuples, entries of maps and fields of structs count. The number of
    /// bytes does not bound them: in postcard and bincode an element such as `()` takes no byte,
    /// and ten bytes announce 2<sup>64</sup> of them.
    #[must_use]
    pub const fn max_values(mut self, values: usize) -> Self {
        self.values = values;
        self
    }

    /// The length of a payload, in bytes, beyond which it is rejected.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The number of levels beyond which values within values are rejected.
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// The number of values beyond which a payload is rejected.
    pub const fn values(&self) -> usize {
        self.values
    }

    /// The bytes of a payload that is short enough to be decoded.
    pub(crate) fn admit(self, payload: &Payload) -> Result<&[u8]> {
        if payload.len() > self.bytes {
            let detail = format!("longer than the limit of {} bytes", self.bytes);
            return Err(corrupt(payload, detail));
        }
        Ok(payload.as_bytes())
    }

    /// The payload, if it is short enough to be decoded again.
    pub(crate) fn release(self, payload: Payload) -> Result<Payload> {
        let (size, limit) = (payload.len(), self.bytes);
        if size > limit {
            let kind = ErrorKind::TooLarge { size, limit };
            return Err(Error::new(Operation::Encode, kind)
                .with_detail("the codec has this limit: store less data, or raise it"));
        }
        Ok(payload)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

/// The rejection of a payload that cannot be decoded.
///
/// It never has a source: what serde's errors say may quote the data (S6).
pub(crate) fn corrupt(payload: &Payload, detail: impl Into<Cow<'static, str>>) -> Error {
    Error::new(Operation::Decode, ErrorKind::Corrupt)
        .with_detail(detail)
        .with_payload(payload.clone())
}

/// Defines a codec that has nothing but limits.
macro_rules! codec_with_limits {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            limits: Limits,
        }

        impl $name {
            /// The codec with the default limits.
            pub const fn new() -> Self {
                Self {
                    limits: Limits::new(),
                }
            }

            /// The same codec with these limits.
            #[must_use]
            pub const fn with_limits(mut self, limits: Limits) -> Self {
                self.limits = limits;
                self
            }
        }
    };
}

pub(crate) use codec_with_limits;
