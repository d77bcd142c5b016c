//! A session store in about fifty lines, written with only the public contract.
//!
//! One map under one mutex. It keeps text, bytes and lifetimes; versions, rotation and locks it does
//! not declare, so it rejects them. `session_core::decision` decides each call. The
//! tests hold it to the conformance suite.

use async_trait::async_trait;
use session_core::decision::{self, Context, Effect, Row};
use session_core::error::Operation;
use session_core::store::{
    Capabilities, Change, Deletion, Expect, Freshness, Key, PayloadKind, Record, Rotation,
    SessionStore, Snapshot, Tag, Touch, Version,
};
use session_core::time::Clock;
use session_core::{Error, ErrorKind, Result};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const CAPABILITIES: Capabilities = Capabilities::NONE
    .with_payloads(PayloadKind::Text)
    .with_payloads(PayloadKind::Binary)
    .with_lifetimes();

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

    /// The map, after the removal of expired records, and the context of a decision.
    fn begin(&self) -> (MutexGuard<'_, HashMap<Key, Record>>, Context) {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let context = Context::new(self.clock.now(), Duration::ZERO);
        rows.retain(|_, record| !decision::sweep(row(record), Duration::ZERO, &context).answer);
        (rows, context)
    }
}

/// A record as a decision sees it: it has neither version nor lock.
fn row(record: &Record) -> Row<'_> {
    Row::new(record, &Version::NONE)
}

/// Changes what an update or a touch changes.
fn apply(effect: &Effect<'_>, record: Option<&mut Record>) {
    if let (Effect::Patch(patch), Some(record)) = (effect, record) {
        if let Some((payload, _)) = patch.data.set() {
            record.payload = payload.clone();
        }
        record.expires = patch.expires.set().unwrap_or(record.expires);
        record.deadline = patch.deadline.set().unwrap_or(record.deadline);
        record.idle = patch.idle.set().unwrap_or(record.idle);
    }
}

#[async_trait]
impl SessionStore for ToyStore {
    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    async fn load(&self, key: &Key, _: Freshness) -> Result<Option<Snapshot>> {
        let (rows, context) = self.begin();
        Ok(decision::load(rows.get(key).map(row), &context))
    }

    async fn create(&self, key: &Key, record: &Record, tag: &Tag) -> Result<()> {
        let (mut rows, context) = self.begin();
        CAPABILITIES.admit_create(key, record, context.now)?;
        if decision::create(rows.get(key).map(row), record, tag, &context)? != Effect::Nothing {
            rows.insert(key.clone(), record.clone());
        }
        Ok(())
    }

    async fn update(&self, key: &Key, to: &Change, expect: &Expect, tag: &Tag) -> Result<()> {
        let (mut rows, context) = self.begin();
        CAPABILITIES.admit_update(key, to, expect, context.now)?;
        let effect = decision::update(rows.get(key).map(row), to, expect, tag, &context)?;
        apply(&effect, rows.get_mut(key));
        Ok(())
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        CAPABILITIES.admit_touch(key, touch, expect)?;
        let (mut rows, context) = self.begin();
        let effect = decision::touch(rows.get(key).map(row), touch, expect, &context)?;
        apply(&effect, rows.get_mut(key));
        Ok(())
    }

    async fn rotate(&self, _: &Key, _: &Key, _: &Rotation, _: &Expect, _: &Tag) -> Result<()> {
        Err(Error::new(Operation::Rotate, ErrorKind::Unsupported))
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        CAPABILITIES.admit_delete(key, expect)?;
        let (mut rows, context) = self.begin();
        let decision = decision::delete(rows.get(key).map(row), expect, &context)?;
        if decision.effect == Effect::Remove {
            rows.remove(key);
        }
        Ok(decision.answer)
    }
}
