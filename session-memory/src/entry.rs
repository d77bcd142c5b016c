use crate::bounds::Footprint;
use crate::error;
use crate::expiries::Expiries;
use crate::lease::Lease;
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{Expect, Key, LockToken, Payload, Record, Snapshot, Version};
use session_core::time::{EpochMillis, Timestamp};
use std::time::Duration;

/// A record as it stands in its shard.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) record: Record,
    pub(crate) version: Version,
    /// In a box, because most records have none most of the time.
    pub(crate) lock: Option<Box<Lease>>,
}

impl Entry {
    /// The size of a record as the limits count it, with room for a lock (R9).
    pub(crate) fn size(key: &Key, payload: &Payload) -> usize {
        key.as_str().len() + payload.len() + size_of::<Lease>()
    }

    pub(crate) fn footprint(&self) -> Footprint {
        Footprint { records: 1, bytes: Self::size(&self.key, &self.record.payload) }
    }

    pub(crate) fn is_live(&self, now: EpochMillis) -> bool {
        !self.record.expires.is_over(now)
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot { record: self.record.clone(), version: self.version.clone() }
    }

    /// Whether the call with `version` wrote this, before it was repeated (R11).
    ///
    /// Only a tag says so: it is drawn once per intended write. Other versions are no one's own.
    pub(crate) fn is_written_by(&self, version: &Version) -> bool {
        version.tag().is_some() && self.version == *version
    }

    pub(crate) fn is_held_by(&self, token: &LockToken) -> bool {
        self.lock.as_ref().is_some_and(|lock| lock.is_held_by(token))
    }

    /// How long until the lock may be taken over, or `None` if nothing is in the way.
    pub(crate) fn locked_for(&self, now: EpochMillis) -> Option<Duration> {
        self.lock.as_ref()?.remaining(now)
    }

    /// Locks the record, or renews the lock if it is `token`'s already.
    pub(crate) fn lock(&mut self, token: &LockToken, lapses: EpochMillis) {
        match &mut self.lock {
            Some(lock) if lock.is_held_by(token) => lock.extend(lapses),
            lock => *lock = Some(Box::new(Lease::new(token.clone(), lapses))),
        }
    }

    /// Checks what an update or a rotation expects: the lock, then the version (R15).
    ///
    /// A lock that is named must be held, and one that is not named must have lapsed.
    pub(crate) fn admit_write(
        &self,
        operation: Operation,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<()> {
        match self.locked_for(now) {
            Some(remaining) if expect.as_lock().is_none() => {
                Err(error::locked(operation, remaining))
            }
            _ => self.admit_named(operation, expect),
        }
    }

    /// Checks what is named and nothing else, as touches and deletions do (L3, R7).
    pub(crate) fn admit_named(&self, operation: Operation, expect: &Expect) -> Result<()> {
        match expect.as_lock() {
            Some(token) if !self.is_held_by(token) => Err(error::lock_lost(operation)),
            _ => self.admit_version(operation, expect),
        }
    }

    pub(crate) fn admit_version(&self, operation: Operation, expect: &Expect) -> Result<()> {
        match expect.as_version() {
            Some(version) if *version != self.version => Err(error::conflict(operation)),
            _ => Ok(()),
        }
    }

    /// Moves the expiry, here and in the index.
    pub(crate) fn expire_at(&mut self, expires: Timestamp, index: &mut Expiries) {
        if expires != self.record.expires {
            index.remove(self.record.expires, &self.key);
            index.insert(expires, &self.key);
            self.record.expires = expires;
        }
    }
}
