//! The sequential specification of locking.

use super::table::Table;
use super::{Lock, Row};
use session_core::error::Operation;
use session_core::store::{Acquired, Key, LockToken, Record};
use session_core::time::{EpochMillis, Timestamp};
use session_core::{Error, ErrorKind, Result};
use std::time::Duration;

impl Table {
    pub(super) fn acquire(
        &mut self,
        key: &Key,
        token: &LockToken,
        lease: Duration,
        now: EpochMillis,
    ) -> Result<Acquired> {
        let operation = Operation::Acquire;
        self.capabilities().admit_lease(operation, key, lease)?;
        let Some(row) = self.live(operation, key, now) else {
            return Ok(Acquired::Absent);
        };
        let row = row.clone();
        let is_held = self.rules.holds(operation, row.lock.as_ref(), token);
        match &row.lock {
            Some(lock) if !is_held && !self.rules.has_lapsed(operation, lock, now) => {
                let remaining = Some(lock.lapse().saturating_since(now));
                Ok(Acquired::Busy { remaining })
            }
            _ => {
                let locked = self.lock(operation, key, row, token, now.saturating_add(lease));
                Ok(Acquired::Locked(locked.snapshot()))
            }
        }
    }

    pub(super) fn renew(
        &mut self,
        key: &Key,
        token: &LockToken,
        lease: Duration,
        now: EpochMillis,
    ) -> Result<Timestamp> {
        let operation = Operation::Renew;
        self.capabilities().admit_lease(operation, key, lease)?;
        let row = self.live_or_gone(operation, key, now)?.clone();
        if !self.rules.holds(operation, row.lock.as_ref(), token) {
            return Err(Error::new(operation, ErrorKind::LockLost));
        }
        let renewed = self.lock(operation, key, row, token, now.saturating_add(lease));
        Ok(renewed.record.expires)
    }

    pub(super) fn release(&mut self, key: &Key, token: &LockToken) -> Result<()> {
        let operation = Operation::Release;
        self.capabilities().admit_key(operation, key)?;
        if let Some(row) = self.find(key).cloned()
            && self.rules.holds(operation, row.lock.as_ref(), token)
        {
            self.write(operation, key, Row { lock: None, ..row });
        }
        Ok(())
    }

    /// Puts a lock of `token` on a row until `end`, and never shortens its own lock.
    ///
    /// If the own lock ends later than `end`, that end stays. The record does not expire before the
    /// lock has lapsed (L14).
    fn lock(
        &mut self,
        operation: Operation,
        key: &Key,
        row: Row,
        token: &LockToken,
        end: EpochMillis,
    ) -> Row {
        let own = row.lock.as_ref().filter(|lock| lock.token == *token);
        let end = own.map_or(end, |lock| lock.end.max(end));
        let token = token.clone();
        let lock = Lock { token, end };
        let expires = self.rules.expiry_under_lock(operation, &row, &lock);
        let record = Record { expires, ..row.record };
        let locked = Row { record, lock: Some(lock), ..row };
        self.write(operation, key, locked.clone());
        locked
    }
}
