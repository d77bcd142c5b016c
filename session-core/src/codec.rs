//! Codecs: how the data of a session becomes a payload and comes back.

mod base64;
#[cfg(feature = "bincode")]
mod bincode;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "json")]
mod json_object;
#[cfg(any(feature = "json", feature = "messagepack", feature = "postcard", feature = "bincode"))]
mod limited;
mod limits;
mod maybe_base64;
#[cfg(feature = "messagepack")]
mod messagepack;
#[cfg(feature = "postcard")]
mod postcard;
mod raw;

pub use self::base64::Base64;
#[cfg(feature = "bincode")]
pub use self::bincode::Bincode;
#[cfg(feature = "json")]
pub use self::json::Json;
pub use self::limits::Limits;
pub use self::maybe_base64::MaybeBase64;
#[cfg(feature = "messagepack")]
pub use self::messagepack::MessagePack;
#[cfg(feature = "postcard")]
pub use self::postcard::Postcard;
pub use self::raw::{RawBytes, RawString};

#[cfg(feature = "json")]
pub(crate) use self::json_object::{EncodedEntry, ObjectMeter, decode_entry, encode_entry};
#[cfg(feature = "json")]
pub(crate) use self::limits::{codec_with_limits, corrupt};

use crate::Result;
use crate::store::{Payload, PayloadKind};
use std::fmt::Debug;
use std::sync::Arc;

/// Turns data of type `T` into payloads and back.
///
/// # Contract
///
/// - A codec makes payloads of one [kind](Self::kind) and reads both: text that a store keeps as
///   bytes is read from its UTF-8.
/// - What it cannot decode is an error, never empty data ([R2](crate::contract#r2)), and no input makes it abort,
///   overflow the stack or allocate by a number that it read.
/// - Encoding equal data twice should give equal bytes: a session whose bytes are the same is not
///   written. A `HashMap` or `HashSet` breaks this with every codec; a `BTreeMap` or `BTreeSet`
///   keeps it.
///
/// # Codecs
///
/// | codec | kind | a field is added or moved | for |
/// | --- | --- | --- | --- |
/// | `Json` (feature `json`, default) | text | old data is read | data that people read |
/// | `JsonSections` of the module `sections` (`json`) | text | old data is read | data of several owners |
/// | `MessagePack` (`messagepack`) | binary | old data is read | the same in fewer bytes |
/// | `Postcard` (`postcard`) | binary | old data is lost | the fewest bytes |
/// | `Bincode` (`bincode`) | binary | old data is lost | data that is in bincode already |
/// | [`RawBytes`], [`RawString`] | binary, text | as the caller decides | a format of one's own |
/// | [`Base64`] around another | text | as the other does | stores that keep text alone |
/// | [`MaybeBase64`] around another | as set | as the other does | tables in between |
///
/// Each of them has [`Limits`] on what it decodes and on what it encodes.
pub trait Codec<T>: Debug + Send + Sync + 'static {
    /// The kind of the payloads that [`encode`](Self::encode) makes.
    fn kind(&self) -> PayloadKind;

    /// Encodes `data`.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for data that the format cannot hold;
    /// [`TooLarge`](crate::ErrorKind::TooLarge) for data longer than the codec would read back.
    fn encode(&self, data: &T) -> Result<Payload>;

    /// Decodes `payload`.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](crate::ErrorKind::Corrupt), with the payload in the error.
    fn decode(&self, payload: &Payload) -> Result<T>;
}

/// An `Arc` of a codec is a codec, so that one can be chosen at run time.
impl<T, C: Codec<T> + ?Sized> Codec<T> for Arc<C> {
    fn kind(&self) -> PayloadKind {
        (**self).kind()
    }

    fn encode(&self, data: &T) -> Result<Payload> {
        (**self).encode(data)
    }

    fn decode(&self, payload: &Payload) -> Result<T> {
        (**self).decode(payload)
    }
}
