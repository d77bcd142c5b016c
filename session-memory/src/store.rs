use crate::MemoryStoreBuilder;
use crate::bounds::Bounds;
use crate::entry::Entry;
use crate::error;
use crate::rotate::Move;
use crate::shard::Shard;
use crate::shards::{Shards, wake};
use async_trait::async_trait;
use parking_lot::MutexGuard;
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{
    Capabilities, Change, Deletion, Expect, Key, LockDisposition, Record, Rotation, SessionStore,
    Snapshot, Touch, Version,
};
use session_core::time::{Clock, EpochMillis};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

/// Sessions in the memory of this process.
///
/// Share it as `Arc<MemoryStore>`; dropped, it takes its sessions with it.
///
/// # Consistency
///
/// All operations on a key are linearizable, reads included. A rotation is one step for both keys.
///
/// # Cancellation
///
/// Every operation but `released` is complete when it is first polled, so there is nothing between
/// before and after. What waits can be dropped at any time.
///
/// # Examples
///
/// ```
/// use session_core::random::OsRandom;
/// use session_core::store::{Key, Payload, Record, SessionStore, Version};
/// use session_core::time::Timestamp;
/// use session_core::ErrorKind;
/// use session_memory::MemoryStore;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> session_core::Result<()> {
/// let store = MemoryStore::new();
/// let key = Key::new("a-session")?;
/// let record = Record {
///     payload: Payload::text("{}"),
///     expires: Timestamp::from_epoch_seconds(4_000_000_000),
///     deadline: None,
/// };
/// let version = Version::draw(&OsRandom);
/// store.create(&key, &record, &version).await?;
///
/// let snapshot = store.load(&key).await?.expect("it was created");
/// assert_eq!((snapshot.record, snapshot.version), (record.clone(), version));
///
/// let refused = store.create(&key, &record, &Version::draw(&OsRandom)).await;
/// assert_eq!(refused.expect_err("it is there").kind(), ErrorKind::AlreadyExists);
/// # Ok(())
/// # }
/// ```
pub struct MemoryStore {
    pub(crate) capabilities: Capabilities,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) clock_skew: Duration,
    pub(crate) bounds: Bounds,
    pub(crate) shards: Shards,
}

impl MemoryStore {
    /// A store with the default settings: the system's clock, and no bounds.
    ///
    /// ```
    /// use session_core::store::SessionStore;
    /// use session_memory::MemoryStore;
    ///
    /// let store = MemoryStore::new();
    /// assert!(store.capabilities().locks());
    /// ```
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// The settings of a store, to be changed before it is built.
    ///
    /// ```
    /// use session_memory::MemoryStore;
    ///
    /// let store = MemoryStore::builder().max_sessions(1_000).build();
    /// ```
    pub fn builder() -> MemoryStoreBuilder {
        MemoryStoreBuilder::default()
    }

    /// Locks the shard of `key`, and then reads the clock.
    ///
    /// In this order, what one operation found expired no later one finds live.
    pub(crate) fn enter(&self, key: &Key) -> (MutexGuard<'_, Shard>, EpochMillis) {
        let shard = self.shards.lock(key);
        (shard, self.clock.now())
    }

    /// Removes the record of `key` from its shard and from what is counted.
    pub(crate) fn collect_each(&self, shard: &mut Shard, key: &Key) {
        if let Some(entry) = shard.remove(key) {
            self.bounds.free(entry.footprint());
        }
    }

    /// When a lock may be taken over that is leased for `lease` from now on.
    pub(crate) fn lapse(&self, now: EpochMillis, lease: Duration) -> EpochMillis {
        now.saturating_add(lease).saturating_add(self.clock_skew)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Debug for MemoryStore {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MemoryStore")
            .field("capabilities", &self.capabilities)
            .field("clock_skew", &self.clock_skew)
            .field("bounds", &self.bounds)
            .field("shards", &self.shards.len())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl SessionStore for MemoryStore {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    async fn load(&self, key: &Key) -> Result<Option<Snapshot>> {
        self.capabilities.admit_key(Operation::Load, key)?;
        let (shard, now) = self.enter(key);
        Ok(shard.live(key, now).map(Entry::snapshot))
    }

    async fn create(&self, key: &Key, record: &Record, version: &Version) -> Result<()> {
        self.with_room(|| self.try_create(key, record, version))
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        self.with_room(|| self.try_update(key, change, expect, version))
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.capabilities.admit_touch(key, touch, expect)?;
        let (mut shard, now) = self.enter(key);
        let Some((entry, index)) = shard.live_mut(key, now) else {
            return Err(error::gone(Operation::Touch));
        };
        if has_released(touch, entry) {
            return entry.admit_version(Operation::Touch, expect);
        }
        entry.admit_named(Operation::Touch, expect)?;
        entry.expire_at(touch.expires.max(entry.record.expires), index);
        if touch.lock == LockDisposition::Release {
            entry.lock = None;
            wake(shard, key);
        }
        Ok(())
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        let order = Move { old, new, rotation, expect, version };
        self.with_room(|| self.try_rotate(&order))
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.capabilities.admit_delete(key, expect)?;
        let (mut shard, now) = self.enter(key);
        let Some(entry) = shard.live(key, now) else {
            return Ok(Deletion::WasAbsent);
        };
        entry.admit_named(Operation::Delete, expect)?;
        self.collect_each(&mut shard, key);
        wake(shard, key);
        Ok(Deletion::Deleted)
    }
}

/// Whether `touch` has released the lock already, and is repeated (R11).
///
/// A touch has no tag. It is recognized by what it leaves: no lock, and the expiry it asked for.
fn has_released(touch: &Touch, entry: &Entry) -> bool {
    touch.lock == LockDisposition::Release
        && entry.lock.is_none()
        && entry.record.expires == touch.expires
}
