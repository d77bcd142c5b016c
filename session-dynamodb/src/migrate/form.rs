use super::{Decodes, config};
use crate::Options;
use crate::item::Value;
use session_core::Result;
use session_core::codec::{Base64, Codec, RawBytes};
use session_core::store::{Payload, PayloadKind};
use std::sync::Arc;

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
    /// The form that sessions of these options write.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for `base64` in a `binary` attribute, which no
    /// handler has.
    ///
    /// ```
    /// use session_dynamodb::{DataEncoding, Options};
    ///
    /// assert_eq!(DataEncoding::of(&Options::default())?, DataEncoding::String);
    /// # Ok::<(), session_core::Error>(())
    /// ```
    pub fn of(options: &Options) -> Result<Self> {
        match (options.data_attribute_type, options.base64) {
            (PayloadKind::Text, false) => Ok(Self::String),
            (PayloadKind::Binary, false) => Ok(Self::Binary),
            (PayloadKind::Text, true) => Ok(Self::Base64),
            (PayloadKind::Binary, true) => Err(config(
                "data_attribute_type is `binary` and base64 is on: one of the two is enough",
            )),
        }
    }

    /// The name of the form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Binary => "binary",
            Self::Base64 => "base64",
        }
    }

    /// The data in this form, or `None` for bytes that are no text where text is kept.
    pub(super) fn value(self, data: &[u8]) -> Option<Value> {
        match self {
            Self::String => str::from_utf8(data).ok().map(Value::text),
            Self::Binary => Some(Value::B(data.into())),
            Self::Base64 => {
                let text = base64().encode(&data.to_vec()).ok()?;
                Some(Value::payload(&text))
            }
        }
    }
}

/// Without effect on what DynamoDB can hold: a codec's own limit is ten times that.
fn base64() -> Base64<RawBytes> {
    Base64::new(RawBytes::new())
}

/// What the data of an item is found to be.
pub(super) enum Data {
    /// There is none.
    Empty,
    /// It decodes from this form, and these are its bytes.
    In(DataEncoding, Vec<u8>),
    /// It is a string that decodes as it is, and as base64.
    Ambiguous,
    /// It decodes from no form.
    Undecodable,
}

/// What tells the form of data: whether it decodes.
#[derive(Clone)]
pub(super) struct Recognition(pub(super) Decodes);

impl Recognition {
    pub(super) fn data(&self, value: Option<&Value>) -> Data {
        match value {
            None => Data::Empty,
            Some(Value::S(text)) if text.is_empty() => Data::Empty,
            Some(Value::B(bytes)) if bytes.is_empty() => Data::Empty,
            Some(Value::S(text)) => self.text(text),
            Some(Value::B(bytes)) if (self.0)(bytes) => {
                Data::In(DataEncoding::Binary, bytes.to_vec())
            }
            Some(_) => Data::Undecodable,
        }
    }

    fn text(&self, text: &Arc<str>) -> Data {
        let is_plain = (self.0)(text.as_bytes());
        let encoded = base64().decode(&Payload::Text(Arc::clone(text))).ok();
        match encoded.filter(|bytes| (self.0)(bytes)) {
            Some(_) if is_plain => Data::Ambiguous,
            Some(bytes) => Data::In(DataEncoding::Base64, bytes),
            None if is_plain => Data::In(DataEncoding::String, text.as_bytes().to_vec()),
            None => Data::Undecodable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Data, DataEncoding, Recognition};
    use crate::item::Value;
    use std::sync::Arc;

    fn found(value: &Value) -> Option<DataEncoding> {
        match Recognition(Arc::new(<[u8]>::is_ascii)).data(Some(value)) {
            Data::In(form, _) => Some(form),
            Data::Empty | Data::Ambiguous | Data::Undecodable => None,
        }
    }

    #[test]
    fn a_string_that_decodes_both_ways_is_ambiguous() {
        let recognition = Recognition(Arc::new(<[u8]>::is_ascii));
        let both = Value::text("eHl6");
        assert!(matches!(recognition.data(Some(&both)), Data::Ambiguous));
        assert_eq!(found(&Value::text("x|i:1;")), Some(DataEncoding::String));
        let neither = Value::text("é");
        assert!(matches!(recognition.data(Some(&neither)), Data::Undecodable));
    }

    #[test]
    fn bytes_are_not_looked_at_for_base64() {
        assert_eq!(found(&Value::B((*b"\xff").into())), None);
        assert_eq!(found(&Value::Other), None);
        assert_eq!(found(&Value::B((*b"eHl6").into())), Some(DataEncoding::Binary));
    }

    #[test]
    fn every_form_is_read_back() {
        let recognition = Recognition(Arc::new(|bytes| bytes == b"a\0b"));
        for form in [DataEncoding::String, DataEncoding::Binary, DataEncoding::Base64] {
            let value = form.value(b"a\0b").expect("it is text");
            let Data::In(found, bytes) = recognition.data(Some(&value)) else {
                panic!("{form:?} is not recognized");
            };
            assert_eq!((found, bytes), (form, b"a\0b".to_vec()));
        }
        assert!(DataEncoding::String.value(&[0xff]).is_none());
    }
}
