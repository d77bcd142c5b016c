use crate::DataEncoding;
use crate::encoding::base64;
use session_core::codec::Codec;
use session_core::store::Payload;
use session_dynamodb::admin::{DataAttribute, ExaminedItem, ItemState};
use std::sync::Arc;

/// Whether bytes are the data of a session.
type Decodes = Arc<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// Recognizes the encoding of data: it is the one from which the data decodes.
#[derive(Clone)]
pub(crate) struct Recognition(Decodes);

/// The encoding of a session's data, as found.
pub(crate) enum Data {
    /// There is none.
    Empty,
    /// It decodes from this encoding, and these are its bytes.
    In(DataEncoding, Vec<u8>),
    /// It is a string that decodes as it is, and as base64.
    Ambiguous,
    /// It decodes from no encoding.
    Undecodable,
}

impl Recognition {
    /// By this decoder, which says whether bytes are the data of a session.
    pub(crate) fn new(decodes: impl Fn(&[u8]) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(decodes))
    }

    /// The data of a live session, or `None` for any other item.
    pub(crate) fn of_live(&self, item: &ExaminedItem) -> Option<Data> {
        (item.state() == ItemState::Live).then(|| self.data(item.data()))
    }

    pub(crate) fn data(&self, data: DataAttribute) -> Data {
        match data {
            DataAttribute::Absent => Data::Empty,
            DataAttribute::Payload(payload) if payload.is_empty() => Data::Empty,
            DataAttribute::Payload(Payload::Text(text)) => self.text(&text),
            DataAttribute::Payload(Payload::Binary(bytes)) if (self.0)(&bytes) => {
                Data::In(DataEncoding::Binary, bytes.to_vec())
            }
            DataAttribute::Payload(Payload::Binary(_)) | DataAttribute::Other => Data::Undecodable,
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
    use super::{Data, Recognition};
    use crate::DataEncoding;
    use session_core::store::Payload;
    use session_dynamodb::admin::DataAttribute;

    fn found(data: DataAttribute) -> Option<DataEncoding> {
        match Recognition::new(<[u8]>::is_ascii).data(data) {
            Data::In(encoding, _) => Some(encoding),
            Data::Empty | Data::Ambiguous | Data::Undecodable => None,
        }
    }

    fn text(text: &str) -> DataAttribute {
        DataAttribute::Payload(Payload::text(text))
    }

    fn bytes(bytes: &[u8]) -> DataAttribute {
        DataAttribute::Payload(Payload::binary(bytes))
    }

    #[test]
    fn a_string_that_decodes_both_ways_is_ambiguous() {
        let recognition = Recognition::new(<[u8]>::is_ascii);
        assert!(matches!(recognition.data(text("eHl6")), Data::Ambiguous));
        assert_eq!(found(text("x|i:1;")), Some(DataEncoding::String));
        assert!(matches!(recognition.data(text("é")), Data::Undecodable));
    }

    #[test]
    fn bytes_are_not_looked_at_for_base64() {
        assert_eq!(found(bytes(b"\xff")), None);
        assert_eq!(found(DataAttribute::Other), None);
        assert_eq!(found(bytes(b"eHl6")), Some(DataEncoding::Binary));
    }

    #[test]
    fn every_encoding_is_read_back() {
        let recognition = Recognition::new(|bytes| bytes == b"a\0b");
        for encoding in [DataEncoding::String, DataEncoding::Binary, DataEncoding::Base64] {
            let payload = encoding.payload(b"a\0b").expect("it is text");
            assert_eq!(payload.kind(), encoding.kind());
            let Data::In(found, bytes) = recognition.data(DataAttribute::Payload(payload)) else {
                panic!("{encoding:?} is not recognized");
            };
            assert_eq!((found, bytes), (encoding, b"a\0b".to_vec()));
        }
        assert!(DataEncoding::String.payload(&[0xff]).is_none());
    }
}
