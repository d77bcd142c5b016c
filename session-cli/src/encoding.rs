use session_core::codec::{Base64, Codec, RawBytes};
use session_core::error::Operation;
use session_core::store::{Payload, PayloadKind};
use session_core::{Error, ErrorKind, Result};

/// How the data of a session lies in its attribute.
///
/// | | `data_attribute_type` | `base64` | read by PHP's handlers |
/// | --- | --- | --- | --- |
/// | `String` | `string` | off | of the AWS SDK, async-aws, Idealstack without `base64` |
/// | `Binary` | `binary` | off | of the AWS SDK |
/// | `Base64` | `string` | on | Idealstack |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataEncoding {
    /// The data itself, a string; it must be UTF-8.
    String,
    /// The data itself, as bytes.
    Binary,
    /// A string that is the base64 of the data.
    Base64,
}

impl DataEncoding {
    /// The encoding that sessions with these two options write.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) for `base64` in a `binary` attribute, which no handler has.
    ///
    /// ```
    /// use session_cli::DataEncoding;
    /// use session_core::store::PayloadKind;
    ///
    /// assert_eq!(DataEncoding::of(PayloadKind::Text, false)?, DataEncoding::String);
    /// # Ok::<(), session_core::Error>(())
    /// ```
    pub fn of(data_attribute_type: PayloadKind, base64: bool) -> Result<Self> {
        match (data_attribute_type, base64) {
            (PayloadKind::Text, false) => Ok(Self::String),
            (PayloadKind::Binary, false) => Ok(Self::Binary),
            (PayloadKind::Text, true) => Ok(Self::Base64),
            (PayloadKind::Binary, true) => Err(Error::new(Operation::Configure, ErrorKind::Config)
                .with_detail(
                    "data_attribute_type is `binary` and base64 is on: one of the two is enough",
                )),
        }
    }

    /// The name of the encoding.
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Binary => "binary",
            Self::Base64 => "base64",
        }
    }

    /// The type of the attribute.
    pub const fn kind(self) -> PayloadKind {
        match self {
            Self::String | Self::Base64 => PayloadKind::Text,
            Self::Binary => PayloadKind::Binary,
        }
    }

    /// The data in this encoding, or `None` if it cannot be the text that is required.
    pub(crate) fn payload(self, data: &[u8]) -> Option<Payload> {
        match self {
            Self::String => str::from_utf8(data).ok().map(Payload::text),
            Self::Binary => Some(Payload::binary(data)),
            Self::Base64 => base64().encode(&data.to_vec()).ok(),
        }
    }
}

/// The codec of base64.
///
/// Its limit has no effect on data that DynamoDB can hold: it is ten times as large.
pub(crate) fn base64() -> Base64<RawBytes> {
    Base64::new(RawBytes::new())
}

#[cfg(test)]
mod tests {
    use super::DataEncoding;
    use session_core::ErrorKind;
    use session_core::store::PayloadKind;

    #[test]
    fn an_encoding_that_no_handler_has_is_rejected() {
        let error = DataEncoding::of(PayloadKind::Binary, true).expect_err("no handler has it");
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("one of the two"), "{error}");
    }

    #[test]
    fn an_encoding_has_the_kind_that_it_is_made_of() {
        for (kind, base64) in [(PayloadKind::Text, false), (PayloadKind::Text, true)] {
            assert_eq!(DataEncoding::of(kind, base64).expect("it is one").kind(), kind);
        }
        assert_eq!(DataEncoding::Binary.kind(), PayloadKind::Binary);
    }
}
