use crate::store::{Payload, Tag};
use std::fmt::{self, Debug, Formatter};

/// Which write a record comes from, for compare-and-set.
///
/// A version is opaque: two are equal or they are not. A write leaves its [`Tag`] as the version of
/// the record.
///
/// A store whose table has no room for tags compares the [content](Self::content) instead, and a
/// record that was never tagged has the version [`NONE`](Self::NONE). Both can be expected, and
/// neither can be written.
///
/// ```
/// use session_core::random::OsRandom;
/// use session_core::store::{Tag, Version};
///
/// let version = Version::from(Tag::draw(&OsRandom));
/// assert_ne!(version, Version::from(Tag::draw(&OsRandom)));
/// assert_ne!(version, Version::NONE);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Version(Repr);

#[derive(Clone, PartialEq, Eq)]
enum Repr {
    None,
    Tag(Tag),
    Content(Payload),
}

impl Version {
    /// The version of a record that no write has tagged yet.
    pub const NONE: Self = Self(Repr::None);

    /// The version of a record whose last write had this tag.
    pub const fn tagged(tag: Tag) -> Self {
        Self(Repr::Tag(tag))
    }

    /// The version of a record whose payload is its version.
    pub const fn content(payload: Payload) -> Self {
        Self(Repr::Content(payload))
    }

    /// The tag, if this version is one.
    pub const fn as_tag(&self) -> Option<&Tag> {
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

impl From<Tag> for Version {
    fn from(tag: Tag) -> Self {
        Self::tagged(tag)
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
