use crate::Fixture;
use crate::handle::{Handle, SecondHandle};
use async_trait::async_trait;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Capabilities, Change, CollectingStore, Cursor, Deletion, DroppedCalls, Expect,
    Freshness, Key, LockDisposition, LockToken, LockingStore, Record, Rotation, SessionStore,
    Snapshot, Sweep, SweepBudget, Tag, Touch, WakeUps, Watch,
};
use session_core::time::Timestamp;
use session_core::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The store of a fixture as one value, which rejects what the fixture lacks.
///
/// With two handles, calls go to them in turns. Calls that end a lock go to the first one, and
/// waiters watch the second one.
#[derive(Debug)]
pub(crate) struct CompositeStore {
    first: Handle,
    second: Option<Handle>,
    calls: AtomicUsize,
}

impl CompositeStore {
    pub(crate) fn new(first: Handle, second: SecondHandle) -> Self {
        let second = match second {
            SecondHandle::Given(handle) => Some(*handle),
            SecondHandle::Impossible | SecondHandle::NotGiven => None,
        };
        Self { first, second, calls: AtomicUsize::new(0) }
    }

    pub(crate) fn of(fixture: &Fixture) -> Self {
        Self::new(fixture.handle.clone(), fixture.second.clone())
    }

    #[cfg(feature = "histories")]
    pub(crate) const fn locks(&self) -> bool {
        self.first.locking.is_some()
    }

    #[cfg(feature = "histories")]
    pub(crate) const fn collects(&self) -> bool {
        self.first.collecting.is_some()
    }

    /// The handle for the next call.
    fn next(&self) -> &Handle {
        match &self.second {
            Some(second) if self.calls.fetch_add(1, Ordering::Relaxed) % 2 == 1 => second,
            _ => &self.first,
        }
    }

    /// The handle for a call that ends a lock, or does not.
    fn next_for(&self, lock: LockDisposition) -> &Handle {
        match lock {
            LockDisposition::Release => &self.first,
            LockDisposition::Keep => self.next(),
        }
    }

    const fn watched(&self) -> &Handle {
        match &self.second {
            Some(second) => second,
            None => &self.first,
        }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SessionStore for CompositeStore {
    fn capabilities(&self) -> Capabilities {
        let capabilities = self.first.store.capabilities();
        if self.second.is_none() {
            return capabilities;
        }
        let wake_ups = match capabilities.wake_ups() {
            WakeUps::ThisHandle => WakeUps::Nobody,
            others => others,
        };
        capabilities.with_wake_ups(wake_ups).with_dropped_calls(DroppedCalls::Late)
    }

    async fn load(&self, key: &Key, freshness: Freshness) -> Result<Option<Snapshot>> {
        self.next().store.load(key, freshness).await
    }

    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.next().store.create(key, record, version).await
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.next_for(change.lock).store.update(key, change, expect, version).await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.next_for(touch.lock).store.touch(key, touch, expect).await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.first.store.rotate(old, new, rotation, expect, version).await
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.first.store.delete(key, expect).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl LockingStore for CompositeStore {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        self.next().locking(Operation::Acquire)?.acquire(key, token, lease).await
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        self.next().locking(Operation::Renew)?.renew(key, token, lease).await
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.first.locking(Operation::Release)?.release(key, token).await
    }

    async fn watch(&self, key: &Key) -> Option<Box<dyn Watch>> {
        if self.second.is_some() && self.capabilities().wake_ups() == WakeUps::Nobody {
            return None;
        }
        self.watched().locking.as_ref()?.watch(key).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl CollectingStore for CompositeStore {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        match &self.next().collecting {
            Some(collecting) => collecting.sweep(budget, from).await,
            None => Err(Error::new(Operation::Collect, ErrorKind::Unsupported)),
        }
    }
}
