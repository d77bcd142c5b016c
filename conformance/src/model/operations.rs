//! The sequential specification: what each operation does to the rows.
//!
//! Operations come one after the other.

use super::rules::reject_unless;
use super::{Model, Row};
use async_trait::async_trait;
use session_core::error::Operation;
use session_core::store::{
    Capabilities, Change, Deletion, Expect, Freshness, Key, LockDisposition, OwnLifetime, Record,
    Rotation, SessionStore, Snapshot, Tag, Touch,
};
use session_core::{Error, ErrorKind, Result};

#[async_trait]
impl SessionStore for Model {
    fn capabilities(&self) -> Capabilities {
        self.table().capabilities()
    }

    async fn load(&self, key: &Key, _: Freshness) -> Result<Option<Snapshot>> {
        let (table, now) = self.begin();
        table.capabilities().admit_key(Operation::Load, key)?;
        Ok(table.live(Operation::Load, key, now).map(Row::snapshot))
    }

    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        let (mut table, now) = self.begin();
        let operation = Operation::Create;
        table.capabilities().admit_create(key, record, now)?;
        table.admit_size(operation, key, &record.payload)?;
        let version = table.rules.version(&record.payload, version);
        if let Some(row) = table.live(operation, key, now) {
            let is_repeated = table.rules.is_repeated(operation, row, &version);
            return reject_unless(is_repeated, operation, ErrorKind::AlreadyExists);
        }
        table.write(operation, key, Row::new(record, version));
        Ok(())
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let (mut table, now) = self.begin();
        let operation = Operation::Update;
        table.capabilities().admit_update(key, change, expect, now)?;
        table.admit_size(operation, key, &change.payload)?;
        let row = table.live_or_gone(operation, key, now)?.clone();
        let version = table.rules.version(&change.payload, version);
        if let Err(refusal) = table.rules.check(operation, &row, expect, now) {
            let is_repeated = table.rules.is_repeated(operation, &row, &version);
            return if is_repeated { Ok(()) } else { Err(refusal) };
        }
        let is_fenced = expect.as_lock().is_some();
        let keeps = is_fenced && change.lock == LockDisposition::Keep;
        let lock = row.lock.filter(|_| keeps);
        let (deadline, idle) = match change.lifetime {
            Some(OwnLifetime { idle, deadline }) => (deadline, Some(idle)),
            None => (row.record.deadline, row.record.idle),
        };
        let record =
            Record { payload: change.payload.clone(), expires: change.expires, deadline, idle };
        let after = Row::new(&record, version);
        table.write(operation, key, Row { lock, ..after });
        Ok(())
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        let (mut table, now) = self.begin();
        let operation = Operation::Touch;
        table.capabilities().admit_touch(key, touch, expect)?;
        let mut row = table.live_or_gone(operation, key, now)?.clone();
        let releases = touch.lock == LockDisposition::Release;
        let is_released = releases && row.lock.is_none() && row.record.expires == touch.expires;
        if is_released {
            return table.rules.check_version(operation, &row, expect);
        }
        table.rules.check(operation, &row, expect, now)?;
        row.record.expires = row.record.expires.max(touch.expires);
        row.lock = row.lock.filter(|_| !releases);
        table.write(operation, key, row);
        Ok(())
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let (mut table, now) = self.begin();
        let operation = Operation::Rotate;
        let capabilities = table.capabilities();
        capabilities.admit_rotate(old, new, rotation, expect, now)?;
        table.admit_size(operation, new, &rotation.record.payload)?;
        let version = table.rules.version(&rotation.record.payload, version);
        let target = table.live(operation, new, now);
        if target.is_some_and(|row| table.rules.is_repeated(operation, row, &version)) {
            return Ok(());
        }
        let row = table.live_or_gone(operation, old, now)?;
        table.rules.check(operation, row, expect, now)?;
        if target.is_some() {
            return Err(Error::new(operation, ErrorKind::AlreadyExists));
        }
        table.remove(old);
        table.write(operation, new, Row::new(&rotation.record, version));
        Ok(())
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        let (mut table, now) = self.begin();
        let operation = Operation::Delete;
        table.capabilities().admit_delete(key, expect)?;
        let Some(row) = table.live(operation, key, now) else {
            return Ok(Deletion::WasAbsent);
        };
        table.rules.check(operation, row, expect, now)?;
        table.remove(key);
        Ok(Deletion::Deleted)
    }
}
