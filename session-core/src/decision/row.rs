//! A row as a store read it, and what it says at one time.

use super::effect::Lease;
use crate::error::Operation;
use crate::store::{Expect, LockToken, Payload, Record, Snapshot, Tag, Version};
use crate::time::{EpochMillis, IdleTimeout, Timestamp};
use crate::{Error, ErrorKind, Result};
use std::time::Duration;

/// The basis of a decision, besides the row and the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// The time, read once for the whole call.
    pub now: EpochMillis,
    /// How long a lock counts as live for others after its lease ends ([L11](crate::contract#l11)).
    pub clock_skew: Duration,
    /// Whether an attempt of this call that got no reply may have been applied.
    pub in_doubt: bool,
}

impl Context {
    /// The context of a first attempt.
    #[inline]
    pub const fn new(now: EpochMillis, clock_skew: Duration) -> Self {
        Self { now, clock_skew, in_doubt: false }
    }

    /// The same after an attempt that may have been applied.
    #[must_use]
    #[inline]
    pub const fn in_doubt(self, in_doubt: bool) -> Self {
        Self { in_doubt, ..self }
    }
}

/// A stored record, expired or not, with its lock.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The encoded data.
    pub payload: &'a Payload,
    /// The version of the write that the data comes from.
    pub version: &'a Version,
    /// When the record expires. A record whose expiry cannot be read is no row.
    pub expires: Timestamp,
    /// The absolute deadline, if there is one.
    pub deadline: Option<Timestamp>,
    /// The idle timeout of the record alone, if it has one.
    pub idle: Option<IdleTimeout>,
    /// The lock.
    pub lock: RowLock<'a>,
}

/// The lock of a row.
#[derive(Clone, Copy, Debug)]
pub enum RowLock<'a> {
    /// Nobody holds it.
    Free,
    /// A token holds it, whether or not its lease is over.
    Leased(Lease<'a>),
    /// Somebody who knows no leases holds it, as PHP's handlers do: it has no end.
    Foreign,
}

impl<'a> Row<'a> {
    /// The row of a record with this version and no lock.
    #[inline]
    pub const fn new(record: &'a Record, version: &'a Version) -> Self {
        let &Record { ref payload, expires, deadline, idle } = record;
        Self { payload, version, expires, deadline, idle, lock: RowLock::Free }
    }

    /// The row while it is live.
    #[inline]
    pub(super) fn live(row: Option<Self>, context: &Context) -> Option<Self> {
        row.filter(|row| !row.expires.is_over(context.now))
    }

    #[inline]
    pub(super) fn live_or_gone(
        row: Option<Self>,
        operation: Operation,
        context: &Context,
    ) -> Result<Self> {
        Self::live(row, context).ok_or_else(|| Error::new(operation, ErrorKind::Gone))
    }

    #[inline]
    pub(super) fn snapshot(&self) -> Snapshot {
        let record = Record {
            payload: self.payload.clone(),
            expires: self.expires,
            deadline: self.deadline,
            idle: self.idle,
        };
        Snapshot { record, version: self.version.clone() }
    }

    /// Whether the token holds the lock, also after its lease.
    #[inline]
    pub(super) fn is_held_by(&self, token: &LockToken) -> bool {
        matches!(self.lock, RowLock::Leased(lease) if lease.token == token)
    }

    /// When others may take over the lock, or remove it (L11).
    #[inline]
    pub(super) fn lapse(&self, context: &Context) -> Lapse {
        match self.lock {
            RowLock::Free => Lapse::Over,
            RowLock::Foreign => Lapse::Never,
            RowLock::Leased(Lease { end, .. }) => {
                let lapse = end.saturating_add(context.clock_skew);
                if lapse.is_over(context.now) {
                    return Lapse::Over;
                }
                Lapse::In(lapse.saturating_since(context.now))
            }
        }
    }

    /// Checks what an update or a rotation expects: the lock, then the version (R15).
    ///
    /// A lock that is named must be held, and one that is not named must have lapsed (L3, L4).
    #[inline]
    pub(super) fn check_write(
        &self,
        operation: Operation,
        expect: &Expect,
        context: &Context,
    ) -> Result<()> {
        let lapse = self.lapse(context);
        if expect.as_lock().is_none() && lapse != Lapse::Over {
            return Err(Error::new(operation, ErrorKind::Locked { remaining: lapse.remaining() }));
        }
        self.check_named(operation, expect)
    }

    /// Checks what is named and nothing else, as touches and deletions do (L3, R7).
    #[inline]
    pub(super) fn check_named(&self, operation: Operation, expect: &Expect) -> Result<()> {
        match expect.as_lock() {
            Some(token) if !self.is_held_by(token) => {
                Err(Error::new(operation, ErrorKind::LockLost))
            }
            _ => self.check_version(operation, expect),
        }
    }

    #[inline]
    pub(super) fn check_version(&self, operation: Operation, expect: &Expect) -> Result<()> {
        match expect.as_version() {
            Some(version) if !self.is_of_version(version) => {
                Err(Error::new(operation, ErrorKind::Conflict))
            }
            _ => Ok(()),
        }
    }

    #[inline]
    fn is_of_version(&self, version: &Version) -> bool {
        match (self.version.as_content(), version.as_content()) {
            (Some(found), Some(expected)) => has_content(found, expected),
            _ => self.version == version,
        }
    }

    /// Whether this very write left the row, and is repeated (R11).
    ///
    /// Tags alone decide if there are any. Equal content may be another handle's, so it counts only after
    /// an attempt that may have been applied, with the expiry and the lifetime that the write sets,
    /// and without the lock that it releases.
    #[inline]
    pub(super) fn is_left_by(&self, write: &Write<'_>, context: &Context) -> bool {
        if self.version.as_content().is_none() {
            return self.version.as_tag() == Some(write.tag);
        }
        context.in_doubt
            && self.expires == write.expires
            && write.lifetime.is_none_or(|lifetime| lifetime == (self.deadline, self.idle))
            && has_content(self.payload, write.payload)
            && !write.released.is_some_and(|token| self.is_held_by(token))
    }
}

/// The time from which a lock no longer stops other handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lapse {
    /// It has lapsed, or there is none.
    Over,
    /// Its lease, with the clock skew, is over after so long.
    In(Duration),
    /// It has no end.
    Never,
}

impl Lapse {
    /// The time that remains, if there is any that is known.
    #[inline]
    pub(super) const fn remaining(self) -> Option<Duration> {
        match self {
            Self::In(remaining) => Some(remaining),
            Self::Over | Self::Never => None,
        }
    }
}

/// Fingerprint of a write: on a retry it shows that the write was already applied.
pub(super) struct Write<'a> {
    pub(super) payload: &'a Payload,
    pub(super) expires: Timestamp,
    /// The deadline and the idle timeout, where the write sets them.
    pub(super) lifetime: Option<(Option<Timestamp>, Option<IdleTimeout>)>,
    pub(super) tag: &'a Tag,
    /// The token of the lock that the write ends.
    pub(super) released: Option<&'a LockToken>,
}

impl<'a> Write<'a> {
    /// The write of a whole record.
    #[inline]
    pub(super) const fn whole(record: &'a Record, tag: &'a Tag) -> Self {
        let &Record { ref payload, expires, deadline, idle } = record;
        Self { payload, expires, lifetime: Some((deadline, idle)), tag, released: None }
    }
}

/// Whether two payloads are the same data.
///
/// A store with content as the version may have no place for the kind of empty data.
#[inline]
fn has_content(found: &Payload, written: &Payload) -> bool {
    found == written || (found.is_empty() && written.is_empty())
}
