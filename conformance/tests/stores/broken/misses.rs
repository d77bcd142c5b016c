//! Faults in requests for unknown keys.

use crate::broken::rejects;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::error::Operation;
use session_core::store::{Freshness, Key, Payload, Record, SessionStore, Snapshot, Tag, Version};
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
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        if !self.0.load(Ordering::SeqCst) {
            return Err(Error::new(Operation::Load, ErrorKind::Config));
        }
        model.load(key, freshness).await
    }

    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.0.store(true, Ordering::SeqCst);
        model.create(key, record, version).await
    }
}

/// Remembers unknown keys, and later treats them as records.
#[derive(Debug, Default)]
struct TakesARememberedMissForARecord(Mutex<BTreeSet<Key>>);

#[async_trait]
impl Twist for TakesARememberedMissForARecord {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let found = model.load(key, freshness).await?;
        let is_first_miss = || self.0.lock().expect(POISONED).insert(key.clone());
        if found.is_some() || is_first_miss() {
            return Ok(found);
        }
        let record = Record {
            payload: Payload::text(""),
            expires: Timestamp::MAX,
            deadline: None,
            idle: None,
        };
        Ok(Some(Snapshot { record, version: Version::NONE }))
    }
}

/// Also stores a new record under the previous unknown key.
#[derive(Debug, Default)]
struct FillsTheLastMiss(Mutex<Option<Key>>);

#[async_trait]
impl Twist for FillsTheLastMiss {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let found = model.load(key, freshness).await?;
        let missed = found.is_none().then(|| key.clone());
        *self.0.lock().expect(POISONED) = missed;
        Ok(found)
    }

    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        let missed = self.0.lock().expect(POISONED).take();
        if let Some(missed) = missed.filter(|missed| missed != key) {
            model.create(&missed, record, version).await?;
        }
        model.create(key, record, version).await
    }
}

rejects! {
    has_no_table_at_first = twisted(HasNoTableAtFirst::default())
    => [
        a_dropped_creation_is_whole_or_not_at_all,
        a_first_commit_dropped_at_any_await_is_whole_or_not_at_all,
        a_key_beyond_the_limit_is_rejected,
        a_meaningless_expiry_comes_before_gone,
        a_new_session_without_data_stores_nothing,
        reading_an_unknown_id_stores_nothing,
        update_of_an_unknown_session_is_gone,
        an_unknown_id_gets_a_fresh_one,
        a_lifetime_alone_stores_no_new_session,
    ];
    takes_a_remembered_miss_for_a_record = twisted(TakesARememberedMissForARecord::default())
    => [
        a_deletion_passes_a_live_lock,
        a_destroyed_id_gets_a_fresh_one,
        a_record_is_expired_from_its_expiry_on,
        a_record_that_is_expired_already_is_not_created,
        a_repeated_rotation_succeeds,
        a_rotated_session_keeps_its_data_under_a_new_id,
        a_sweep_changes_no_answer_of_load,
        an_expired_id_gets_a_fresh_one,
        an_unknown_id_gets_a_fresh_one,
        rotation_of_a_deleted_session_is_gone,
        reading_an_unknown_id_stores_nothing,
        a_commit_with_a_new_id_dropped_at_any_await_leaves_one_session,
        a_dropped_rotation_leaves_one_record,
        a_rotation_changes_nothing_before_the_commit,
        a_repeated_update_is_judged_by_the_record,
        a_rotation_expecting_another_version_is_a_conflict,
        gone_comes_before_conflict,
    ];
    fills_the_last_miss = twisted(FillsTheLastMiss::default())
    => [
        a_destroyed_id_gets_a_fresh_one,
        an_expired_id_gets_a_fresh_one,
        an_unknown_id_gets_a_fresh_one,
    ];
}
