//! Faults in reads that may be stale, and in those that must not be.

use crate::broken::rejects;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::Result;
use session_core::store::{Change, Expect, Freshness, Key, Record, SessionStore, Snapshot, Tag};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

const POISONED: &str = "no test panics under this lock";

/// Reads from a replica without the last update, even if the latest state is requested.
#[derive(Debug, Default)]
struct ReadsStaleWhenAskedForTheLatest(Mutex<BTreeMap<Key, Snapshot>>);

#[async_trait]
impl Twist for ReadsStaleWhenAskedForTheLatest {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let found = model.load(key, freshness).await?;
        let before = self.0.lock().expect(POISONED).remove(key);
        Ok(found.map(|found| before.unwrap_or(found)))
    }

    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        if let Some(before) = model.load(key, Freshness::Latest).await? {
            self.0.lock().expect(POISONED).insert(key.clone(), before);
        }
        model.update(key, change, expect, version).await
    }
}

/// Reports a record that a stale read misses as absent, without a consistent read.
#[derive(Debug, Default)]
struct ConfirmsNoMiss(Mutex<BTreeSet<Key>>);

#[async_trait]
impl Twist for ConfirmsNoMiss {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let is_missed = self.0.lock().expect(POISONED).remove(key);
        if is_missed && freshness == Freshness::AsConfigured {
            return Ok(None);
        }
        model.load(key, freshness).await
    }

    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.0.lock().expect(POISONED).insert(key.clone());
        model.create(key, record, version).await
    }
}

rejects! {
    reads_stale_when_asked_for_the_latest = twisted(ReadsStaleWhenAskedForTheLatest::default())
        => [an_updated_record_is_loaded];
    confirms_no_miss = twisted(ConfirmsNoMiss::default())
        => [a_read_that_may_be_stale_misses_no_record];
}
