use crate::random::{Randomness, draw};
use crate::store::Payload;
use std::fmt::{self, Debug, Formatter};

/// Which write a record comes from, for compare-and-set.
///
/// A version is opaque: two are equal or they are not. The caller draws one for each intended
/// write and hands it to the store, so that a repeated call is recognized as its own ([R11](crate::contract#r11)).
///
/// A store whose table has no room for tags compares the [content](Self::content) instead, and a
/// record that was never tagged has the version [`NONE`](Self::NONE).
///
/// ```
/// use session_core::random::OsRandom;
/// use session_core::store::Version;
///
/// let version = Version::draw(&OsRandom);
/// assert_ne!(version, Version::draw(&OsRandom));
/// assert_eq!(Version::from_tag(*version.tag().expect("it was drawn")), version);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Version(Repr);

#[derive(Clone, PartialEq, Eq)]
enum Repr {
    None,
    Tag([u8; Version::TAG_BYTES]),
    Content(Payload),
}

impl Version {
    /// The length of a tag, in bytes.
    pub const TAG_BYTES: usize = 16;

    /// The version of a record that no write has tagged yet.
    pub const NONE: Self = Self(Repr::None);

    /// A tag that nobody has drawn before.
    pub fn draw(randomness: &dyn Randomness) -> Self {
        Self::from_tag(draw(randomness))
    }

    /// The version with this tag, as a store read it.
    pub const fn from_tag(tag: [u8; Self::TAG_BYTES]) -> Self {
        Self(Repr::Tag(tag))
    }

    /// The version of a record that is told from others by its payload.
    pub const fn content(payload: Payload) -> Self {
        Self(Repr::Content(payload))
    }

    /// The tag, if this version is one.
    pub const fn tag(&self) -> Option<&[u8; Self::TAG_BYTES]> {
        match &self.0 {
            Repr::Tag(tag) => Some(tag),
            Repr::None | Repr::Content(_) => None,
        }
    }

    /// The payload, if this version is one.
    pub const fn as_content(&self) -> Option<&Payload> {
        match &self.0 {
            Repr::Content(payload) => Some(payload),
            Repr::None | Repr::Tag(_) => None,
        }
    }
}

impl Debug for Version {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            Repr::None => "Version(none)",
            Repr::Tag(_) => "Version(tag)",
            Repr::Content(_) => "Version(content, redacted)",
        })
    }
}
