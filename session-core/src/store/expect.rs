use crate::store::{LockToken, Version};

/// The requirements of a write on the record that it changes.
///
/// Presence is always required. Beyond it a write may expect a version, a held lock, or both; all
/// that is named must hold, and rejections come in the order of [R15](crate::contract#r15): `Gone`, then `LockLost` or
/// `Locked`, then `Conflict`. There is no "overwrite, creating if need be".
///
/// ```
/// use session_core::random::OsRandom;
/// use session_core::store::{Expect, Tag, Version};
///
/// let version = Version::from(Tag::draw(&OsRandom));
/// assert_eq!(Expect::version(version.clone()).as_version(), Some(&version));
/// assert_eq!(Expect::PRESENT.as_version(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expect {
    version: Option<Version>,
    lock: Option<LockToken>,
}

impl Expect {
    /// A live record, whatever its version: the last write wins.
    pub const PRESENT: Self = Self { version: None, lock: None };

    /// A live record of this version.
    pub fn version(version: impl Into<Version>) -> Self {
        Self { version: Some(version.into()), lock: None }
    }

    /// A live record whose lock this token holds.
    pub const fn lock(token: LockToken) -> Self {
        Self { version: None, lock: Some(token) }
    }

    /// The same, and this version too.
    #[must_use]
    pub fn and_version(self, version: impl Into<Version>) -> Self {
        Self { version: Some(version.into()), ..self }
    }

    /// The version that must be the record's, if any is named.
    pub const fn as_version(&self) -> Option<&Version> {
        self.version.as_ref()
    }

    /// The token that must hold the record's lock, if any is named.
    pub const fn as_lock(&self) -> Option<&LockToken> {
        self.lock.as_ref()
    }
}
