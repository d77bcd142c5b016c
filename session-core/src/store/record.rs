use crate::store::{Payload, Version};
use crate::time::{IdleTimeout, Timestamp};

/// The stored state of a session.
///
/// A record is *live* while its expiry is after now, and expired from that second on, whether or not
/// a collector has removed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The encoded data. It may be empty, which is not absence.
    pub payload: Payload,
    /// When the record expires, unless it is touched or updated before.
    pub expires: Timestamp,
    /// The point that no later expiry may pass; `None` for no absolute timeout.
    pub deadline: Option<Timestamp>,
    /// The idle timeout of this record alone, or `None` for the configured one
    /// ([S10](crate::contract#s10)).
    pub idle: Option<IdleTimeout>,
}

impl Record {
    /// Whether deadline and idle timeout are those of another record.
    pub(crate) fn has_lifetime_of(&self, other: &Self) -> bool {
        self.deadline == other.deadline && self.idle == other.idle
    }
}

/// A lifetime that a record gets of its own, in place of the one that it has ([S10](crate::contract#s10)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnLifetime {
    /// The idle timeout of the record.
    pub idle: IdleTimeout,
    /// The deadline of the record; `None` for no absolute timeout.
    pub deadline: Option<Timestamp>,
}

/// A record as one read saw it, with the version that the next write can expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The record.
    pub record: Record,
    /// The version of the write that the record comes from.
    pub version: Version,
}

/// New data and expiry for an existing record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The new data, which replaces the old entirely.
    pub payload: Payload,
    /// The new expiry, after now.
    pub expires: Timestamp,
    /// The new deadline and idle timeout, together; `None` leaves both as they are.
    pub lifetime: Option<OwnLifetime>,
    /// The effect on the lock that the write expects.
    pub lock: LockDisposition,
}

/// A new expiry for an existing record, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// The new expiry. One that is not later than the present one moves nothing.
    pub expires: Timestamp,
    /// The effect on the lock that the touch expects.
    pub lock: LockDisposition,
}

/// The record that replaces another under a new key when its session gets a new id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The whole record under the new key.
    ///
    /// Its payload may differ from the one at the old key.
    pub record: Record,
}

/// The effect of a fenced write on the lock that it expects ([L5](crate::contract#l5)).
///
/// A write that expects no lock must say [`Keep`](Self::Keep).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockDisposition {
    /// The lock stays as it is.
    Keep,
    /// The lock is released in the same atomic step.
    Release,
}
