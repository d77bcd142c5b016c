use crate::random::{Randomness, draw};
use std::fmt::{self, Debug, Formatter};

/// A version that the caller generates for one intended write ([R11](crate::contract#r11)).
///
/// A store keeps it with the record that the write leaves, and so recognizes the write when its call
/// is repeated. Only a tag can be written. An expectation names a [`Version`](crate::store::Version).
///
/// ```
/// use session_core::random::OsRandom;
/// use session_core::store::{Tag, Version};
///
/// let tag = Tag::draw(&OsRandom);
/// assert_ne!(tag, Tag::draw(&OsRandom));
/// assert_eq!(Version::from(tag).as_tag(), Some(&tag));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag([u8; Tag::BYTES]);

impl Tag {
    /// The length of a tag, in bytes.
    pub const BYTES: usize = 16;

    /// Generates a new tag.
    pub fn draw(randomness: &dyn Randomness) -> Self {
        Self(draw(randomness))
    }

    /// The tag of these bytes, as a store read it.
    pub const fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, as a store keeps them.
    pub const fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

/// A tag is no secret, but its bytes mean nothing to a reader.
impl Debug for Tag {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Tag(redacted)")
    }
}
