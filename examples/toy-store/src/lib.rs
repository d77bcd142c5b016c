//! A session store in about forty lines, written with nothing but the public contract.
//!
//! One map under one mutex. It keeps text, bytes and deadlines; versions, rotation and locks it does
//! not declare, so it refuses them. The tests hold it to the conformance suite.

use async_trait::async_trait;
use session_core::error::Operation;
use session_core::store::{
    Capabilities, Change, Deletion, Expect, Key, PayloadKind, Record, Rotation, SessionStore,
    Snapshot, Touch, Version,
};
use session_core::time::Clock;
use session_core::{Error, ErrorKind, Result};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const CAPABILITIES: Capabilities = Capabilities::NONE
    .with_payloads(PayloadKind::Text)
    .with_payloads(PayloadKind::Binary)
    .with_deadlines();

/// Sessions in a map.
#[derive(Debug)]
pub struct ToyStore {
    clock: Arc<dyn Clock>,
    rows: Mutex<HashMap<Key, Record>>,
}

impl ToyStore {
    /// A store without sessions.
    pub fn new(clock: impl Clock) -> Self {
        Self { clock: Arc::new(clock), rows: Mutex::default() }
    }

    /// The map, of which the dead are removed first.
    fn live(&self) -> MutexGuard<'_, HashMap<Key, Record>> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.retain(|_, row| !row.expires.is_over(self.clock.now()));
        rows
    }
}

#[async_trait]
impl SessionStore for ToyStore {
    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    async fn load(&self, key: &Key) -> Result<Option<Snapshot>> {
        let record = self.live().get(key).cloned();
        Ok(record.map(|record| Snapshot { record, version: Version::NONE }))
    }

    async fn create(&self, key: &Key, record: &Record, _: &Version) -> Result<()> {
        CAPABILITIES.admit_create(key, record, self.clock.now())?;
        let mut rows = self.live();
        if rows.contains_key(key) {
            return Err(Error::new(Operation::Create, ErrorKind::AlreadyExists));
        }
        rows.insert(key.clone(), record.clone());
        Ok(())
    }

    async fn update(&self, key: &Key, to: &Change, expect: &Expect, _: &Version) -> Result<()> {
        CAPABILITIES.admit_update(key, to, expect, self.clock.now())?;
        let mut rows = self.live();
        let row =
            rows.get_mut(key).ok_or_else(|| Error::new(Operation::Update, ErrorKind::Gone))?;
        row.payload = to.payload.clone();
        row.expires = to.expires;
        Ok(())
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        CAPABILITIES.admit_touch(key, touch, expect)?;
        let mut rows = self.live();
        let row = rows.get_mut(key).ok_or_else(|| Error::new(Operation::Touch, ErrorKind::Gone))?;
        row.expires = row.expires.max(touch.expires);
        Ok(())
    }

    async fn rotate(&self, _: &Key, _: &Key, _: &Rotation, _: &Expect, _: &Version) -> Result<()> {
        Err(Error::new(Operation::Rotate, ErrorKind::Unsupported))
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        CAPABILITIES.admit_delete(key, expect)?;
        let removed = self.live().remove(key);
        Ok(if removed.is_some() { Deletion::Deleted } else { Deletion::WasAbsent })
    }
}
