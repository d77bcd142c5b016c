use super::limited::{self, Detail, Limited, Meter};
use super::limits::codec_with_limits;
use super::{Codec, Limits};
use crate::Result;
use crate::store::{Payload, PayloadKind};
use rmp_serde::decode;
use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed};
use std::marker::PhantomData;

codec_with_limits! {
    /// MessagePack, binary: JSON's model in fewer bytes.
    ///
    /// Structs are maps from field names to values, not arrays of values, which is what `rmp-serde`
    /// makes by default: the order of a struct's fields is not part of the format, and
    /// fields may be added (with `#[serde(default)]`) while old sessions live. The names cost a few
    /// bytes; two fields that changed places would cost the session. Arrays are read too.
    ///
    /// Equal maps make equal bytes if they are ordered: prefer `BTreeMap` to `HashMap`.
    ///
    /// ```
    /// use session_core::codec::{Codec, MessagePack};
    /// use session_core::store::Payload;
    ///
    /// let payload = MessagePack::new().encode(&vec![1, 2])?;
    /// assert_eq!(payload, Payload::binary([0x92, 1, 2]));
    ///
    /// let data: Vec<u8> = MessagePack::new().decode(&payload)?;
    /// assert_eq!(data, [1, 2]);
    /// # Ok::<(), session_core::Error>(())
    /// ```
    MessagePack
}

impl<T: Serialize + DeserializeOwned> Codec<T> for MessagePack {
    fn kind(&self) -> PayloadKind {
        PayloadKind::Binary
    }

    fn encode(&self, data: &T) -> Result<Payload> {
        let meter = Meter::new(self.limits, &[]);
        limited::encode(&meter, |meter| {
            rmp_serde::to_vec_named(&Limited::new(meter, data))
                .map(Payload::binary)
                .map_err(|_| "serializing the type failed".into())
        })
    }

    fn decode(&self, payload: &Payload) -> Result<T> {
        limited::decode(&Meter::new(self.limits, &[]), payload, read)
    }
}

fn read<T: DeserializeOwned>(meter: &Meter, bytes: &[u8]) -> Result<T, Detail> {
    let mut deserializer = rmp_serde::Deserializer::new(bytes);
    // The meter counts the levels, and more of them than rmp-serde does.
    deserializer.set_max_depth(usize::MAX);
    let data = Limited::new(meter, PhantomData)
        .deserialize(&mut deserializer)
        .map_err(|error| unread(&error))?;
    match deserializer.get_ref() {
        [] => Ok(data),
        rest => Err(limited::trailing(rest)),
    }
}

// The messages of rmp-serde quote the data. The variant is all that leaves here.

fn unread(error: &decode::Error) -> Detail {
    match error {
        decode::Error::InvalidMarkerRead(_) | decode::Error::InvalidDataRead(_) => {
            "MessagePack that breaks off".into()
        }
        decode::Error::Utf8Error(_) => "MessagePack with a string that is not UTF-8".into(),
        _ => "MessagePack of another shape".into(),
    }
}
