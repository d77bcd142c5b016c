//! Strategies that let readers wait.

use crate::rejects;
use crate::verdicts::sound;
use async_trait::async_trait;
use session_core::Result;
use session_core::store::{
    Capabilities, Change, Deletion, Expect, Freshness, Key, Record, Rotation, SessionStore,
    Snapshot, Tag, Touch,
};
use session_core::strategy::{Drained, Opened, Strategy};
use session_locking::Pessimistic;
use std::time::Duration;

/// A store whose loads also lock.
#[derive(Debug)]
struct LocksReaders(Pessimistic);

#[async_trait]
impl Strategy for LocksReaders {
    fn store(&self) -> &dyn SessionStore {
        self
    }

    async fn open(&self, key: &Key, freshness: Freshness) -> Result<Option<Opened>> {
        self.0.open(key, freshness).await
    }

    async fn claim(&self, key: &Key, _: &Snapshot) -> Result<Option<Opened>> {
        self.open(key, Freshness::Latest).await
    }

    async fn drain(&self, timeout: Duration) -> Drained {
        self.0.drain(timeout).await
    }
}

#[async_trait]
impl SessionStore for LocksReaders {
    fn capabilities(&self) -> Capabilities {
        self.0.store().capabilities()
    }

    async fn load(&self, key: &Key, freshness: Freshness) -> Result<Option<Snapshot>> {
        let Some(Opened { snapshot, claim }) = self.0.open(key, freshness).await? else {
            return Ok(None);
        };
        claim.release().await?;
        Ok(Some(snapshot))
    }

    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.0.store().create(key, record, version).await
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.0.store().update(key, change, expect, version).await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.0.store().touch(key, touch, expect).await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.0.store().rotate(old, new, rotation, expect, version).await
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.0.store().delete(key, expect).await
    }
}

rejects! {
    locks_readers = |store, options, clock| Ok(LocksReaders(sound(store, options, clock)))
    => [
        readers_do_not_wait,
    ];
}
