//! The effect of a decision on a row.

use crate::store::{LockToken, Payload, Record, Tag};
use crate::time::{EpochMillis, IdleTimeout, Timestamp};

/// The answer to a caller, and the effect on the row.
#[derive(Clone, Debug)]
#[must_use = "the effect is to be applied to the row"]
pub struct Decision<'a, A> {
    /// The answer to the caller.
    pub answer: A,
    /// The effect on the row.
    pub effect: Effect<'a>,
}

/// An effect on a row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an effect is to be applied to the row"]
pub enum Effect<'a> {
    /// The row stays as it is, or absent.
    Nothing,
    /// These parts of the row change.
    ///
    /// A row that is absent, or expired, is replaced: all parts of such a patch are set.
    Patch(Patch<'a>),
    /// The row is removed.
    Remove,
}

/// The parts of a row that change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch<'a> {
    /// The data and the tag of its write, which becomes the version of the row.
    pub data: Field<(&'a Payload, &'a Tag)>,
    /// The expiry.
    pub expires: Field<Timestamp>,
    /// The absolute deadline.
    pub deadline: Field<Option<Timestamp>>,
    /// The idle timeout of the record alone.
    pub idle: Field<Option<IdleTimeout>>,
    /// The lock; `None` for no lock.
    pub lock: Field<Option<Lease<'a>>>,
}

/// The change of one part of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<T> {
    /// It stays as it is.
    Keep,
    /// It is set to this.
    Set(T),
}

/// A lock with an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease<'a> {
    /// The token that holds the lock.
    pub token: &'a LockToken,
    /// The end of the lease, without the clock skew.
    pub end: EpochMillis,
}

impl<'a> Patch<'a> {
    /// A patch that changes nothing.
    pub const NOTHING: Self = Self {
        data: Field::Keep,
        expires: Field::Keep,
        deadline: Field::Keep,
        idle: Field::Keep,
        lock: Field::Keep,
    };

    /// A whole row: this record, without a lock.
    #[inline]
    pub const fn whole(record: &'a Record, tag: &'a Tag) -> Self {
        Self {
            data: Field::Set((&record.payload, tag)),
            expires: Field::Set(record.expires),
            deadline: Field::Set(record.deadline),
            idle: Field::Set(record.idle),
            lock: Field::Set(None),
        }
    }
}

impl<T> Field<T> {
    /// The value to set, or `None` for a part that stays.
    #[inline]
    pub fn set(self) -> Option<T> {
        match self {
            Self::Keep => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<A> Decision<'_, A> {
    #[inline]
    pub(super) const fn nothing(answer: A) -> Self {
        Self { answer, effect: Effect::Nothing }
    }
}
