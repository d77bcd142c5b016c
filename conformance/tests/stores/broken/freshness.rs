//! Faults in reads that may be stale, and in those that must not be.

use crate::broken::rejects;
use crate::calls::{CreateCall, LoadCall, UpdateCall};
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::Result;
use session_core::store::{Freshness, Key, SessionStore, Snapshot};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

const POISONED: &str = "no test panics under this lock";

/// Reads from a replica without the last update, even for the latest state.
#[derive(Debug, Default)]
struct ReadsStaleWhenAskedForTheLatest(Mutex<BTreeMap<Key, Snapshot>>);

#[async_trait]
impl Twist for ReadsStaleWhenAskedForTheLatest {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let found = call.on(model).await?;
        let before = self.0.lock().expect(POISONED).remove(call.key);
        Ok(found.map(|found| before.unwrap_or(found)))
    }

    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        if let Some(before) = model.load(call.key, Freshness::Latest).await? {
            self.0.lock().expect(POISONED).insert(call.key.clone(), before);
        }
        call.on(model).await
    }
}

/// Reports a record that a stale read misses as absent, without a consistent read.
#[derive(Debug, Default)]
struct ConfirmsNoMiss(Mutex<BTreeSet<Key>>);

#[async_trait]
impl Twist for ConfirmsNoMiss {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let is_missed = self.0.lock().expect(POISONED).remove(call.key);
        if is_missed && call.freshness == Freshness::AsConfigured {
            return Ok(None);
        }
        call.on(model).await
    }

    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        self.0.lock().expect(POISONED).insert(call.key.clone());
        call.on(model).await
    }
}

rejects! {
    reads_stale_when_asked_for_the_latest = twisted(ReadsStaleWhenAskedForTheLatest::default())
        => [an_updated_record_is_loaded];
    confirms_no_miss = twisted(ConfirmsNoMiss::default())
        => [a_read_that_may_be_stale_misses_no_record];
}
