//! The sequential specification of locking.

use super::table::Table;
use super::{Lock, Model, Row};
use async_trait::async_trait;
use session_core::error::Operation;
use session_core::store::{Acquired, Key, LockToken, LockingStore, Record, Watch};
use session_core::time::{EpochMillis, Timestamp};
use session_core::{Error, ErrorKind, Result};
use std::time::Duration;

#[async_trait]
impl LockingStore for Model {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        let (mut table, now) = self.begin();
        let operation = Operation::Acquire;
        table.capabilities().admit_lease(operation, key, lease)?;
        let Some(row) = table.live(operation, key, now) else {
            return Ok(Acquired::Absent);
        };
        let row = row.clone();
        let is_held = table.rules.holds(operation, row.lock.as_ref(), token);
        match &row.lock {
            Some(lock) if !is_held && !table.rules.has_lapsed(operation, lock, now) => {
                let remaining = Some(lock.lapse().saturating_since(now));
                Ok(Acquired::Busy { remaining })
            }
            _ => {
                let locked = table.lock(operation, key, row, token, now.saturating_add(lease));
                Ok(Acquired::Locked(locked.snapshot()))
            }
        }
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        let (mut table, now) = self.begin();
        let operation = Operation::Renew;
        table.capabilities().admit_lease(operation, key, lease)?;
        let row = table.live_or_gone(operation, key, now)?.clone();
        if !table.rules.holds(operation, row.lock.as_ref(), token) {
            return Err(Error::new(operation, ErrorKind::LockLost));
        }
        let renewed = table.lock(operation, key, row, token, now.saturating_add(lease));
        Ok(renewed.record.expires)
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        let mut table = self.table();
        let operation = Operation::Release;
        table.capabilities().admit_key(operation, key)?;
        if let Some(row) = table.find(key).cloned()
            && table.rules.holds(operation, row.lock.as_ref(), token)
        {
            table.write(operation, key, Row { lock: None, ..row });
        }
        Ok(())
    }

    async fn watch(&self, _: &Key) -> Option<Box<dyn Watch>> {
        None
    }
}

impl Table {
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
