#![doc = include_str!("../README.md")]

mod codec;
mod data;
mod de;
mod decode;
mod encode;
mod format;
mod key;
mod merge;
mod partial;
mod ser;
mod serialized;
mod value;

pub use codec::PhpCodec;
pub use data::SessionData;
pub use format::Format;
pub use key::Key;
pub use partial::Partial;
pub use serialized::Serialized;
pub use value::{
    Anchor, Array, Custom, EnumCase, Object, Reference, ReferenceKind, ReferenceTarget, Value,
    Visibility,
};
