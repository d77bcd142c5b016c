use super::limited::{self, Detail, Limited, Meter, Refusal};
use super::limits::codec_with_limits;
use super::{Codec, Limits};
use crate::Result;
use crate::store::{Payload, PayloadKind};
use bincode::config::{self, Configuration};
use bincode::error::{DecodeError, EncodeError};
use bincode::serde::{encode_to_vec, seed_decode_from_slice};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// Little-endian, with integers of variable length.
///
/// It is part of the format, and must never change.
const CONFIGURATION: Configuration = config::standard();

codec_with_limits! {
    /// Bincode 2, binary: for data that is in bincode already.
    ///
    /// **Bincode is unmaintained.** Version 2.0.1 works and is frozen; all of its versions are
    /// flagged (RUSTSEC-2025-0141), so `cargo deny` and `cargo audit` fail until they are set to
    /// ignore that; and 3.0.0 is a tombstone that does not compile. It is never a default here. New
    /// applications take `Postcard`, which gives as few bytes and has a specification.
    ///
    /// The configuration is `bincode::config::standard()`: little-endian, integers of variable
    /// length. Nothing but the values is kept, so the type *is* the format: a field that is added,
    /// removed or moved turns old sessions into [`Corrupt`](crate::ErrorKind::Corrupt) ones, or
    /// worse, into other data. What needs names or tags in the bytes cannot be read back:
    /// `#[serde(untagged)]`, `#[serde(tag = "…")]`, `#[serde(flatten)]` and `serde_json::Value` are
    /// not for this codec, and a field that `#[serde(skip_serializing_if = "…")]` leaves out is
    /// rejected when it is encoded.
    ///
    /// Equal maps make equal bytes if they are ordered: prefer `BTreeMap` to `HashMap`.
    ///
    /// ```
    /// use session_core::codec::{Bincode, Codec};
    /// use session_core::store::Payload;
    ///
    /// let payload = Bincode::new().encode(&vec![1_u32, 300])?;
    /// assert_eq!(payload, Payload::binary([2, 1, 251, 44, 1]));
    ///
    /// let data: Vec<u32> = Bincode::new().decode(&payload)?;
    /// assert_eq!(data, [1, 300]);
    /// # Ok::<(), session_core::Error>(())
    /// ```
    Bincode
}

impl<T: Serialize + DeserializeOwned> Codec<T> for Bincode {
    fn kind(&self) -> PayloadKind {
        PayloadKind::Binary
    }

    fn encode(&self, data: &T) -> Result<Payload> {
        let meter = Meter::new(self.limits, &[Refusal::FieldLeftOut]);
        limited::encode(&meter, |meter| {
            encode_to_vec(Limited::new(meter, data), CONFIGURATION)
                .map(Payload::binary)
                .map_err(|error| unwritten(&error))
        })
    }

    fn decode(&self, payload: &Payload) -> Result<T> {
        limited::decode(&Meter::new(self.limits, &[]), payload, read)
    }
}

fn read<T: DeserializeOwned>(meter: &Meter, bytes: &[u8]) -> Result<T, Detail> {
    let seed = Limited::new(meter, PhantomData);
    let (data, length) =
        seed_decode_from_slice(seed, bytes, CONFIGURATION).map_err(|error| unread(&error))?;
    match &bytes[length..] {
        [] => Ok(data),
        rest => Err(limited::trailing(rest)),
    }
}

// The messages of bincode quote the data. The variant is all that leaves here.

fn unread(error: &DecodeError) -> Detail {
    match error {
        DecodeError::UnexpectedEnd { .. } => "bincode that breaks off".into(),
        DecodeError::Utf8 { .. } => "bincode with a string that is not UTF-8".into(),
        DecodeError::Serde(_) => "the type needs information that bincode does not store".into(),
        _ => "bincode of another shape".into(),
    }
}

fn unwritten(error: &EncodeError) -> Detail {
    match error {
        EncodeError::Serde(_) => "a sequence of unknown length".into(),
        _ => "serializing the type failed".into(),
    }
}
