use crate::Fixture;
use async_trait::async_trait;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Capabilities, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key,
    LockToken, LockingStore, Record, Rotation, SessionStore, Snapshot, Sweep, SweepBudget, Tag,
    Touch, Watch,
};
use session_core::time::Timestamp;
use session_core::{Error, ErrorKind, Result};
use std::sync::Arc;
use std::time::Duration;

/// The store of a fixture as one value, which rejects what the fixture lacks.
#[derive(Debug)]
pub(crate) struct CompositeStore {
    store: Arc<dyn SessionStore>,
    locking: Option<Arc<dyn LockingStore>>,
    collecting: Option<Arc<dyn CollectingStore>>,
}

impl CompositeStore {
    pub(crate) fn of(fixture: &Fixture) -> Self {
        Self {
            store: Arc::clone(&fixture.store),
            locking: fixture.locking.clone(),
            collecting: fixture.collecting.clone(),
        }
    }

    #[cfg(feature = "histories")]
    pub(crate) fn locks(&self) -> bool {
        self.locking.is_some()
    }

    #[cfg(feature = "histories")]
    pub(crate) fn collects(&self) -> bool {
        self.collecting.is_some()
    }

    fn locking(&self, operation: Operation) -> Result<&dyn LockingStore> {
        self.locking.as_deref().ok_or_else(|| Error::new(operation, ErrorKind::Unsupported))
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SessionStore for CompositeStore {
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    async fn load(&self, key: &Key, freshness: Freshness) -> Result<Option<Snapshot>> {
        self.store.load(key, freshness).await
    }

    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.store.create(key, record, version).await
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.store.update(key, change, expect, version).await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.store.touch(key, touch, expect).await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.store.rotate(old, new, rotation, expect, version).await
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.store.delete(key, expect).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl LockingStore for CompositeStore {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        self.locking(Operation::Acquire)?.acquire(key, token, lease).await
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        self.locking(Operation::Renew)?.renew(key, token, lease).await
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.locking(Operation::Release)?.release(key, token).await
    }

    async fn watch(&self, key: &Key) -> Option<Box<dyn Watch>> {
        match &self.locking {
            Some(locking) => locking.watch(key).await,
            None => None,
        }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl CollectingStore for CompositeStore {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        match &self.collecting {
            Some(collecting) => collecting.sweep(budget, from).await,
            None => Err(Error::new(Operation::Collect, ErrorKind::Unsupported)),
        }
    }
}
