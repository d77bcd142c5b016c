//! The rejections that need no look at what is stored, the same in every store.

use crate::error::Operation;
use crate::store::{
    Capabilities, Change, Expect, Key, LockDisposition, Payload, Record, Rotation, Touch,
};
use crate::time::{EpochMillis, Timestamp};
use crate::{Error, ErrorKind, Result};
use std::time::Duration;

/// Checks of an operation, which a store calls before it touches or sends anything.
///
/// Each rejects what the capabilities do not declare ([`Unsupported`](ErrorKind::Unsupported)) and
/// what has no meaning ([`InvalidArgument`](ErrorKind::InvalidArgument)): a key beyond the limit,
/// an expiry that is not after `now`, a lock to release that is not expected, a lease of nothing.
/// These come before all rejections of R15. Sizes are the store's own to count: see
/// [`admit_size`](Self::admit_size).
impl Capabilities {
    /// Checks the arguments of [`load`](crate::store::SessionStore::load), or of any operation on a key.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) or [`InvalidArgument`](ErrorKind::InvalidArgument).
    pub fn admit_key(&self, operation: Operation, key: &Key) -> Result<()> {
        let size = key.as_str().len();
        match self.max_key_bytes() {
            Some(limit) if size > limit => {
                let detail = format!("the key takes {size} bytes of {limit}");
                Err(Error::new(operation, ErrorKind::InvalidArgument).with_detail(detail))
            }
            _ => Ok(()),
        }
    }

    /// Checks the arguments of [`create`](crate::store::SessionStore::create).
    ///
    /// # Errors
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) or [`InvalidArgument`](ErrorKind::InvalidArgument).
    pub fn admit_create(&self, key: &Key, record: &Record, now: EpochMillis) -> Result<()> {
        self.admit_key(Operation::Create, key)?;
        self.admit_record(Operation::Create, record, now)
    }

    /// Checks the arguments of [`update`](crate::store::SessionStore::update).
    ///
    /// # Errors
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) or [`InvalidArgument`](ErrorKind::InvalidArgument).
    pub fn admit_update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<()> {
        self.admit_key(Operation::Update, key)?;
        self.admit_payload(Operation::Update, &change.payload)?;
        self.admit_lifetime(Operation::Update, change.lifetime.is_some())?;
        self.admit_expect(Operation::Update, expect)?;
        admit_after_write(Operation::Update, change.lock, expect)?;
        admit_expiry(Operation::Update, change.expires, now)
    }

    /// Checks the arguments of [`touch`](crate::store::SessionStore::touch).
    ///
    /// # Errors
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) or [`InvalidArgument`](ErrorKind::InvalidArgument).
    pub fn admit_touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.admit_key(Operation::Touch, key)?;
        self.admit_expect(Operation::Touch, expect)?;
        admit_after_write(Operation::Touch, touch.lock, expect)
    }

    /// Checks the arguments of [`rotate`](crate::store::SessionStore::rotate).
    ///
    /// # Errors
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) or [`InvalidArgument`](ErrorKind::InvalidArgument).
    pub fn admit_rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<()> {
        let operation = Operation::Rotate;
        if !self.rotates() {
            return Err(unsupported(
                operation,
                "the store cannot move a session to a new id: use a store that rotates",
            ));
        }
        self.admit_key(operation, old)?;
        self.admit_key(operation, new)?;
        self.admit_record(operation, &rotation.record, now)?;
        self.admit_expect(operation, expect)?;
        if old == new {
            return Err(invalid(operation, "a rotation needs two different keys"));
        }
        if !self.share_place(old, new) {
            let detail = "the keys of a rotation are in different places of the store: draw ids until \
                          both share one";
            return Err(invalid(operation, detail));
        }
        Ok(())
    }

    /// Checks the arguments of [`delete`](crate::store::SessionStore::delete).
    ///
    /// # Errors
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) or [`InvalidArgument`](ErrorKind::InvalidArgument).
    pub fn admit_delete(&self, key: &Key, expect: &Expect) -> Result<()> {
        self.admit_key(Operation::Delete, key)?;
        self.admit_expect(Operation::Delete, expect)
    }

    /// Checks the arguments of [`acquire`](crate::store::LockingStore::acquire) or
    /// [`renew`](crate::store::LockingStore::renew).
    ///
    /// # Errors
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) or [`InvalidArgument`](ErrorKind::InvalidArgument).
    pub fn admit_lease(&self, operation: Operation, key: &Key, lease: Duration) -> Result<()> {
        self.admit_key(operation, key)?;
        admit_lease(operation, lease)
    }

    /// Checks the size of a record in bytes.
    ///
    /// The store counts the bytes, including the room for a lock.
    ///
    /// # Errors
    ///
    /// [`TooLarge`](ErrorKind::TooLarge).
    pub fn admit_size(&self, operation: Operation, size: usize) -> Result<()> {
        match self.max_record_bytes() {
            Some(limit) if size > limit => {
                Err(Error::new(operation, ErrorKind::TooLarge { size, limit }))
            }
            _ => Ok(()),
        }
    }

    fn admit_record(&self, operation: Operation, record: &Record, now: EpochMillis) -> Result<()> {
        self.admit_payload(operation, &record.payload)?;
        self.admit_lifetime(operation, record.deadline.is_some() || record.idle.is_some())?;
        admit_expiry(operation, record.expires, now)
    }

    fn admit_lifetime(&self, operation: Operation, has_one: bool) -> Result<()> {
        if has_one && !self.keeps_lifetimes() {
            return Err(unsupported(
                operation,
                "the store keeps no lifetimes of single sessions: use a store that does",
            ));
        }
        Ok(())
    }

    fn admit_payload(&self, operation: Operation, payload: &Payload) -> Result<()> {
        if self.keeps(payload.kind()) {
            return Ok(());
        }
        let detail = format!("the store keeps no {} payloads", payload.kind().name());
        Err(Error::new(operation, ErrorKind::Unsupported).with_detail(detail))
    }

    fn admit_expect(&self, operation: Operation, expect: &Expect) -> Result<()> {
        if expect.as_lock().is_some() && !self.locks() {
            return Err(unsupported(operation, "the store has no locks"));
        }
        if expect.as_version().is_some() && !self.compares_versions() {
            return Err(unsupported(operation, "the store compares no versions"));
        }
        Ok(())
    }
}

fn admit_expiry(operation: Operation, expires: Timestamp, now: EpochMillis) -> Result<()> {
    if expires.is_over(now) {
        return Err(invalid(operation, "the expiry must be in the future"));
    }
    Ok(())
}

fn admit_after_write(operation: Operation, lock: LockDisposition, expect: &Expect) -> Result<()> {
    if lock == LockDisposition::Release && expect.as_lock().is_none() {
        return Err(invalid(operation, "a write can release only the lock that it expects"));
    }
    Ok(())
}

fn admit_lease(operation: Operation, lease: Duration) -> Result<()> {
    if lease.as_millis() == 0 {
        return Err(invalid(operation, "a lease must last at least a millisecond"));
    }
    Ok(())
}

fn invalid(operation: Operation, detail: &'static str) -> Error {
    Error::new(operation, ErrorKind::InvalidArgument).with_detail(detail)
}

fn unsupported(operation: Operation, detail: &'static str) -> Error {
    Error::new(operation, ErrorKind::Unsupported).with_detail(detail)
}
