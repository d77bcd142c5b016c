//! A session store in forty lines, written with nothing but the public contract.
//!
//! One map under one mutex. It keeps text and bytes, versions and deadlines; it declares neither
//! rotation nor locks, so it refuses them. The tests hold it to the conformance suite.

use async_trait::async_trait;
use session_core::{
    Capabilities, Change, Clock, Deletion, Error, ErrorKind, Expect, Key, Operation, PayloadKind,
    Record, Result, Rotation, SessionStore, Snapshot, Touch, Version,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Sessions in a map.
#[derive(Debug)]
pub struct ToyStore {
    clock: Arc<dyn Clock>,
    rows: Mutex<HashMap<Key, Snapshot>>,
}

const CAPABILITIES: Capabilities = Capabilities::NONE
    .with_payloads(PayloadKind::Text)
    .with_payloads(PayloadKind::Binary)
    .with_versions()
    .with_deadlines();

impl ToyStore {
    /// A store without sessions.
    pub fn new(clock: impl Clock) -> Self {
        Self { clock: Arc::new(clock), rows: Mutex::default() }
    }

    /// The map, of which the dead are removed first.
    fn live(&self) -> MutexGuard<'_, HashMap<Key, Snapshot>> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.retain(|_, row| !row.record.expires.is_over(self.clock.now()));
        rows
    }
}

/// The row, if it is there and of the version that is expected.
fn expected<'a>(
    row: Option<&'a mut Snapshot>,
    expect: &Expect,
    operation: Operation,
) -> Result<&'a mut Snapshot> {
    let row = row.ok_or_else(|| Error::new(operation, ErrorKind::Gone))?;
    match expect.as_version() {
        Some(version) if *version != row.version => Err(Error::new(operation, ErrorKind::Conflict)),
        _ => Ok(row),
    }
}

#[async_trait]
impl SessionStore for ToyStore {
    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    async fn load(&self, key: &Key) -> Result<Option<Snapshot>> {
        Ok(self.live().get(key).cloned())
    }

    async fn create(&self, key: &Key, record: &Record, version: &Version) -> Result<()> {
        CAPABILITIES.admit_create(key, record, self.clock.now())?;
        let mut rows = self.live();
        match rows.get(key) {
            Some(row) if row.version != *version => {
                Err(Error::new(Operation::Create, ErrorKind::AlreadyExists))
            }
            Some(_) => Ok(()),
            None => {
                rows.insert(
                    key.clone(),
                    Snapshot { record: record.clone(), version: version.clone() },
                );
                Ok(())
            }
        }
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        CAPABILITIES.admit_update(key, change, expect, self.clock.now())?;
        let mut rows = self.live();
        if rows.get(key).is_some_and(|row| row.version == *version) {
            return Ok(()); // this very write, repeated
        }
        let row = expected(rows.get_mut(key), expect, Operation::Update)?;
        row.record =
            Record { payload: change.payload.clone(), expires: change.expires, ..row.record };
        row.version = version.clone();
        Ok(())
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        CAPABILITIES.admit_touch(key, touch, expect)?;
        let mut rows = self.live();
        let row = expected(rows.get_mut(key), expect, Operation::Touch)?;
        row.record.expires = row.record.expires.max(touch.expires);
        Ok(())
    }

    async fn rotate(&self, _: &Key, _: &Key, _: &Rotation, _: &Expect, _: &Version) -> Result<()> {
        Err(Error::new(Operation::Rotate, ErrorKind::Unsupported))
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        CAPABILITIES.admit_delete(key, expect)?;
        let mut rows = self.live();
        if !rows.contains_key(key) {
            return Ok(Deletion::WasAbsent);
        }
        expected(rows.get_mut(key), expect, Operation::Delete)?;
        rows.remove(key);
        Ok(Deletion::Deleted)
    }
}
