use session_core::store::{Capabilities, PayloadKind, WakeUps};
use std::fmt::{self, Display, Formatter};

/// A capability that a case needs.
///
/// A store that does not declare it is not excused: the case then asserts that the store rejects
/// it with `Unsupported` and changes nothing ([R14](session_core::contract#r14)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Requirement {
    /// Payloads of text.
    Text,
    /// Payloads of bytes.
    Binary,
    /// Versions that are compared.
    Versions,
    /// Versions that are the tags of writes, by which a repeated call is recognized.
    ///
    /// A store that tells versions by content rejects the repetition instead.
    Tags,
    /// Lifetimes of records that are kept: their deadlines and idle timeouts.
    Lifetimes,
    /// Records that move to new keys.
    Rotation,
    /// Locks.
    Locking,
    /// Wake-ups of those who watch a lock.
    WakeUps,
    /// Collecting of expired records.
    Collecting,
    /// A limit to the length of keys. Without one, a very long key is kept.
    KeyLimit,
    /// A limit to the size of records. Without one, a very large record is kept.
    RecordLimit,
    /// Keys of 64 bytes, which the hashed ids of `Sessions` take.
    ///
    /// Over a store of shorter keys no `Sessions` can be built.
    SessionKeys,
}

impl Requirement {
    /// Every need.
    pub const ALL: &'static [Self] = &[
        Self::Text,
        Self::Binary,
        Self::Versions,
        Self::Tags,
        Self::Lifetimes,
        Self::Rotation,
        Self::Locking,
        Self::WakeUps,
        Self::Collecting,
        Self::KeyLimit,
        Self::RecordLimit,
        Self::SessionKeys,
    ];

    /// The capability in words, as it completes "the store does not declare".
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "payloads of text",
            Self::Binary => "payloads of bytes",
            Self::Versions => "versions",
            Self::Tags => "versions that are tags",
            Self::Lifetimes => "lifetimes of records",
            Self::Rotation => "rotation",
            Self::Locking => "locking",
            Self::WakeUps => "wake-ups",
            Self::Collecting => "collecting",
            Self::KeyLimit => "a limit to keys",
            Self::RecordLimit => "a limit to records",
            Self::SessionKeys => "keys of 64 bytes",
        }
    }

    /// Whether a store of these capabilities declares it.
    pub const fn is_met_by(self, capabilities: &Capabilities) -> bool {
        match self {
            Self::Text => capabilities.keeps(PayloadKind::Text),
            Self::Binary => capabilities.keeps(PayloadKind::Binary),
            Self::Versions => capabilities.compares_versions(),
            Self::Tags => !capabilities.tells_versions_by_content(),
            Self::Lifetimes => capabilities.keeps_lifetimes(),
            Self::Rotation => capabilities.rotates(),
            Self::Locking => capabilities.locks(),
            Self::WakeUps => !matches!(capabilities.wake_ups(), WakeUps::Nobody),
            Self::Collecting => capabilities.collects(),
            Self::KeyLimit => capabilities.max_key_bytes().is_some(),
            Self::RecordLimit => capabilities.max_record_bytes().is_some(),
            Self::SessionKeys => match capabilities.max_key_bytes() {
                Some(limit) => limit >= 64,
                None => true,
            },
        }
    }
}

impl Display for Requirement {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
