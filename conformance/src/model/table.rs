//! The sequential specification: what each operation does to the rows.
//!
//! Operations come one after the other.

use super::rules::reject_unless;
use super::{Row, Rules};
use session_core::error::Operation;
use session_core::store::{
    Capabilities, Change, Deletion, Expect, Key, LockDisposition, OwnLifetime, Payload, Record,
    Rotation, Snapshot, Tag, Touch,
};
use session_core::time::EpochMillis;
use session_core::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The model's rows and the rules by which they change.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) rows: BTreeMap<Key, Row>,
    pub(super) rules: Arc<dyn Rules>,
}

impl Table {
    /// The room that is kept free for a lock, and for all else but key and data.
    const OVERHEAD: usize = 64;

    pub(super) fn new(rules: Arc<dyn Rules>) -> Self {
        let rows = BTreeMap::new();
        Self { rows, rules }
    }

    pub(super) fn capabilities(&self) -> Capabilities {
        self.rules.capabilities()
    }

    pub(super) fn load(&self, key: &Key, now: EpochMillis) -> Result<Option<Snapshot>> {
        self.capabilities().admit_key(Operation::Load, key)?;
        Ok(self.live(Operation::Load, key, now).map(Row::snapshot))
    }

    pub(super) fn create(
        &mut self,
        key: &Key,
        record: &Record,
        tag: &Tag,
        now: EpochMillis,
    ) -> Result<()> {
        let operation = Operation::Create;
        self.capabilities().admit_create(key, record, now)?;
        self.admit_size(operation, key, &record.payload)?;
        let version = self.rules.version(&record.payload, tag);
        if let Some(row) = self.live(operation, key, now) {
            let is_repeated = self.rules.is_repeated(operation, row, &version);
            return reject_unless(is_repeated, operation, ErrorKind::AlreadyExists);
        }
        self.write(operation, key, Row::new(record, version));
        Ok(())
    }

    pub(super) fn update(
        &mut self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        tag: &Tag,
        now: EpochMillis,
    ) -> Result<()> {
        let operation = Operation::Update;
        self.capabilities().admit_update(key, change, expect, now)?;
        self.admit_size(operation, key, &change.payload)?;
        let row = self.live_or_gone(operation, key, now)?.clone();
        let version = self.rules.version(&change.payload, tag);
        if let Err(refusal) = self.rules.check(operation, &row, expect, now) {
            let is_repeated = self.rules.is_repeated(operation, &row, &version);
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
        self.write(operation, key, Row { lock, ..after });
        Ok(())
    }

    pub(super) fn touch(
        &mut self,
        key: &Key,
        touch: &Touch,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<()> {
        let operation = Operation::Touch;
        self.capabilities().admit_touch(key, touch, expect)?;
        let mut row = self.live_or_gone(operation, key, now)?.clone();
        let releases = touch.lock == LockDisposition::Release;
        let is_released = releases && row.lock.is_none() && row.record.expires == touch.expires;
        if is_released {
            return self.rules.check_version(operation, &row, expect);
        }
        self.rules.check(operation, &row, expect, now)?;
        row.record.expires = row.record.expires.max(touch.expires);
        row.lock = row.lock.filter(|_| !releases);
        self.write(operation, key, row);
        Ok(())
    }

    pub(super) fn rotate(
        &mut self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        tag: &Tag,
        now: EpochMillis,
    ) -> Result<()> {
        let operation = Operation::Rotate;
        let capabilities = self.capabilities();
        capabilities.admit_rotate(old, new, rotation, expect, now)?;
        self.admit_size(operation, new, &rotation.record.payload)?;
        let version = self.rules.version(&rotation.record.payload, tag);
        let target = self.live(operation, new, now);
        if target.is_some_and(|row| self.rules.is_repeated(operation, row, &version)) {
            return Ok(());
        }
        let row = self.live_or_gone(operation, old, now)?;
        self.rules.check(operation, row, expect, now)?;
        if target.is_some() {
            return Err(Error::new(operation, ErrorKind::AlreadyExists));
        }
        self.remove(old);
        self.write(operation, new, Row::new(&rotation.record, version));
        Ok(())
    }

    pub(super) fn delete(
        &mut self,
        key: &Key,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<Deletion> {
        let operation = Operation::Delete;
        self.capabilities().admit_delete(key, expect)?;
        let Some(row) = self.live(operation, key, now) else {
            return Ok(Deletion::WasAbsent);
        };
        self.rules.check(operation, row, expect, now)?;
        self.remove(key);
        Ok(Deletion::Deleted)
    }

    pub(super) fn find(&self, key: &Key) -> Option<&Row> {
        self.rows.get(&self.rules.file_under(key))
    }

    pub(super) fn live(&self, operation: Operation, key: &Key, now: EpochMillis) -> Option<&Row> {
        let row = self.find(key)?;
        self.rules.is_live(operation, row, now).then_some(row)
    }

    pub(super) fn live_or_gone(
        &self,
        operation: Operation,
        key: &Key,
        now: EpochMillis,
    ) -> Result<&Row> {
        self.live(operation, key, now).ok_or_else(|| gone(operation))
    }

    pub(super) fn write(&mut self, operation: Operation, key: &Key, after: Row) {
        let key = self.rules.file_under(key);
        let row = self.rules.written(operation, self.rows.get(&key), after);
        self.rows.insert(key, row);
    }

    pub(super) fn remove(&mut self, key: &Key) {
        self.rows.remove(&self.rules.file_under(key));
    }

    fn admit_size(&self, operation: Operation, key: &Key, data: &Payload) -> Result<()> {
        let size = key.as_str().len() + data.len() + Self::OVERHEAD;
        self.capabilities().admit_size(operation, size)
    }
}

fn gone(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::Gone)
}
