//! Codecs: how the data of a session becomes a payload and comes back.

use crate::{Payload, PayloadKind, Result};
use std::fmt::Debug;

/// Turns data of type `T` into payloads and back.
///
/// # Contract
///
/// - A codec makes payloads of one [kind](Self::kind) and reads both: text that a store keeps as
///   bytes is read from its UTF-8.
/// - What it cannot decode is an error, never empty data (R2), and no input makes it abort,
///   overflow the stack or allocate by a number that it read.
/// - Encoding equal data twice should give equal bytes: a session whose bytes are the same is not
///   written.
pub trait Codec<T>: Debug + Send + Sync + 'static {
    /// The kind of the payloads that [`encode`](Self::encode) makes.
    fn kind(&self) -> PayloadKind;

    /// Encodes `data`.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for data that the format cannot hold.
    fn encode(&self, data: &T) -> Result<Payload>;

    /// Decodes `payload`.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](crate::ErrorKind::Corrupt), with the payload in the error.
    fn decode(&self, payload: &Payload) -> Result<T>;
}
