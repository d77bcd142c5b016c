use crate::context::CLOCK_SKEW;
use session_core::store::{LockToken, Record, Snapshot, Version};
use session_core::time::EpochMillis;

/// The row of the model for a key, live or expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The record.
    pub record: Record,
    /// The version of the write that it comes from.
    pub version: Version,
    /// The lock that stands on it, lapsed or not.
    pub lock: Option<Lock>,
}

impl Row {
    pub(crate) fn new(record: &Record, version: Version) -> Self {
        Self { record: record.clone(), version, lock: None }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot { record: self.record.clone(), version: self.version.clone() }
    }
}

/// A lock of the model: a token and the end of its lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The token of its holder.
    pub token: LockToken,
    /// When its lease is over.
    pub end: EpochMillis,
}

impl Lock {
    /// When it may be taken over: the clock skew after the end of its lease (L11).
    pub(super) fn lapse(&self) -> EpochMillis {
        self.end.saturating_add(CLOCK_SKEW)
    }
}
