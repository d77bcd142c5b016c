use super::limited::{self, Detail, Limited, Meter, Refusal};
use super::limits::codec_with_limits;
use super::{Codec, Limits};
use crate::Result;
use crate::store::{Payload, PayloadKind};
use postcard::Error;
use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed};
use std::marker::PhantomData;

codec_with_limits! {
    /// Postcard, binary: the fewest bytes, in a format that has a specification.
    ///
    /// Nothing but the values is kept, so the type *is* the format: a field that is added, removed
    /// or moved turns old sessions into [`Corrupt`](crate::ErrorKind::Corrupt) ones, or worse, into
    /// other data. What needs names or tags in the bytes cannot be read back:
    /// `#[serde(untagged)]`, `#[serde(tag = "…")]`, `#[serde(flatten)]` and `serde_json::Value` are
    /// not for this codec, and a field that `#[serde(skip_serializing_if = "…")]` leaves out is
    /// rejected when it is encoded.
    ///
    /// Equal maps make equal bytes if they are ordered: prefer `BTreeMap` to `HashMap`.
    ///
    /// ```
    /// use session_core::codec::{Codec, Postcard};
    /// use session_core::store::Payload;
    ///
    /// let payload = Postcard::new().encode(&vec![1_u32, 300])?;
    /// assert_eq!(payload, Payload::binary([2, 1, 0xac, 2]));
    ///
    /// let data: Vec<u32> = Postcard::new().decode(&payload)?;
    /// assert_eq!(data, [1, 300]);
    /// # Ok::<(), session_core::Error>(())
    /// ```
    Postcard
}

impl<T: Serialize + DeserializeOwned> Codec<T> for Postcard {
    fn kind(&self) -> PayloadKind {
        PayloadKind::Binary
    }

    fn encode(&self, data: &T) -> Result<Payload> {
        let meter = Meter::new(self.limits, &[Refusal::FieldLeftOut]);
        limited::encode(&meter, |meter| {
            postcard::to_allocvec(&Limited::new(meter, data))
                .map(Payload::binary)
                .map_err(|error| unwritten(&error))
        })
    }

    fn decode(&self, payload: &Payload) -> Result<T> {
        limited::decode(&Meter::new(self.limits, &[]), payload, read)
    }
}

fn read<T: DeserializeOwned>(meter: &Meter, bytes: &[u8]) -> Result<T, Detail> {
    let mut deserializer = postcard::Deserializer::from_bytes(bytes);
    let data = Limited::new(meter, PhantomData)
        .deserialize(&mut deserializer)
        .map_err(|error| unread(&error))?;
    match deserializer.finalize().map_err(|error| unread(&error))? {
        [] => Ok(data),
        rest => Err(limited::trailing(rest)),
    }
}

fn unread(error: &Error) -> Detail {
    match error {
        Error::DeserializeUnexpectedEnd => "postcard that breaks off".into(),
        Error::DeserializeBadUtf8 => "postcard with a string that is not UTF-8".into(),
        Error::WontImplement => "the type needs information that postcard does not store".into(),
        _ => "postcard of another shape".into(),
    }
}

fn unwritten(error: &Error) -> Detail {
    match error {
        Error::SerializeSeqLengthUnknown => "a sequence of unknown length".into(),
        _ => "serializing the type failed".into(),
    }
}
