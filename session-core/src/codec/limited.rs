//! Serde within limits: one adaptor around whatever serializes or deserializes.
//!
//! `serde_json` bounds the depth of arrays and objects, `rmp-serde` that of arrays and maps but not
//! of options and newtypes, postcard and bincode none; and none bounds the number of elements that
//! take no byte. So the counting is done here, the same for all.

mod de;
mod meter;
mod ser;

pub(super) use meter::{Meter, Refusal};

use super::limits::corrupt;
use crate::error::Operation;
use crate::store::Payload;
use crate::{Error, ErrorKind, Result};
use std::borrow::Cow;

/// The failure, in words that quote no data.
pub(super) type Detail = Cow<'static, str>;

/// Something of serde's, `room` levels above the deepest that is allowed.
pub(super) struct Limited<'m, T> {
    inner: T,
    meter: &'m Meter,
    room: usize,
}

impl<'m, T> Limited<'m, T> {
    /// `inner` at the outermost level.
    pub(super) fn new(meter: &'m Meter, inner: T) -> Self {
        let room = meter.max_depth();
        Self { inner, meter, room }
    }

    /// `inner` at the level of `self`.
    fn beside<U>(&self, inner: U) -> Limited<'m, U> {
        Limited { inner, meter: self.meter, room: self.room }
    }

    /// `inner` one level below `self`.
    pub(super) fn below<U>(&self, inner: U) -> Result<Limited<'m, U>, Refusal> {
        self.lower(1, inner)
    }

    fn lower<U>(&self, levels: usize, inner: U) -> Result<Limited<'m, U>, Refusal> {
        let room = self.meter.descend(self.room, levels)?;
        Ok(Limited { inner, meter: self.meter, room })
    }
}

/// Encodes by `write`, within the limits of `meter`.
pub(super) fn encode(
    meter: &Meter,
    write: impl FnOnce(&Meter) -> Result<Payload, Detail>,
) -> Result<Payload> {
    let written = write(meter);
    match meter.verdict(written) {
        Ok(payload) => meter.limits().release(payload),
        Err(detail) => {
            Err(Error::new(Operation::Encode, ErrorKind::InvalidArgument).with_detail(detail))
        }
    }
}

/// Decodes `payload` by `read`, within the limits of `meter`.
pub(super) fn decode<T>(
    meter: &Meter,
    payload: &Payload,
    read: impl FnOnce(&Meter, &[u8]) -> Result<T, Detail>,
) -> Result<T> {
    let bytes = meter.limits().admit(payload)?;
    let decoded = read(meter, bytes);
    meter.verdict(decoded).map_err(|detail| corrupt(payload, detail))
}

/// The rejection of bytes after the value.
#[cfg(any(feature = "messagepack", feature = "postcard", feature = "bincode"))]
pub(super) fn trailing(rest: &[u8]) -> Detail {
    format!("{} bytes after the value", rest.len()).into()
}
