//! Faults in requests for unknown keys.

use crate::broken::rejects;
use crate::calls::{CreateCall, LoadCall};
use crate::changes::plain;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::error::Operation;
use session_core::store::{Key, Payload, Snapshot, Version};
use session_core::time::Timestamp;
use session_core::{Error, ErrorKind, Result};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

const POISONED: &str = "no test panics under this lock";

/// Creates its table at the first write, and fails before.
#[derive(Debug, Default)]
struct HasNoTableAtFirst(AtomicBool);

#[async_trait]
impl Twist for HasNoTableAtFirst {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        if !self.0.load(Ordering::SeqCst) {
            return Err(Error::new(Operation::Load, ErrorKind::Config));
        }
        call.on(model).await
    }

    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        self.0.store(true, Ordering::SeqCst);
        call.on(model).await
    }
}

/// Remembers unknown keys, and later treats them as records.
#[derive(Debug, Default)]
struct TakesARememberedMissForARecord(Mutex<BTreeSet<Key>>);

#[async_trait]
impl Twist for TakesARememberedMissForARecord {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let found = call.on(model).await?;
        let is_first_miss = || self.0.lock().expect(POISONED).insert(call.key.clone());
        if found.is_some() || is_first_miss() {
            return Ok(found);
        }
        let record = plain(Payload::text(""), Timestamp::MAX);
        Ok(Some(Snapshot { record, version: Version::NONE }))
    }
}

/// Also stores a new record under the previous unknown key.
#[derive(Debug, Default)]
struct FillsTheLastMiss(Mutex<Option<Key>>);

#[async_trait]
impl Twist for FillsTheLastMiss {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let found = call.on(model).await?;
        let missed = found.is_none().then(|| call.key.clone());
        *self.0.lock().expect(POISONED) = missed;
        Ok(found)
    }

    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        let missed = self.0.lock().expect(POISONED).take();
        if let Some(missed) = missed.filter(|missed| missed != call.key) {
            CreateCall { key: &missed, ..call }.on(model).await?;
        }
        call.on(model).await
    }
}

rejects! {
    has_no_table_at_first = twisted(HasNoTableAtFirst::default())
        => [update_of_an_unknown_session_is_gone];
    takes_a_remembered_miss_for_a_record = twisted(TakesARememberedMissForARecord::default())
        => [reading_an_unknown_id_stores_nothing];
    fills_the_last_miss = twisted(FillsTheLastMiss::default())
        => [
            a_destroyed_id_gets_a_fresh_one,
            an_expired_id_gets_a_fresh_one,
            an_unknown_id_gets_a_fresh_one,
        ];
}
