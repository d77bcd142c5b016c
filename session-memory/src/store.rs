use crate::MemoryStoreBuilder;
use crate::bounds::Bounds;
use crate::hashed::Hashed;
use crate::rotate::Order;
use crate::shard::Shard;
use crate::shards::{Shards, wake};
use async_trait::async_trait;
use session_core::Result;
use session_core::decision::{self, Context, Effect};
use session_core::error::Operation;
use session_core::store::{
    Capabilities, Change, Deletion, Expect, Freshness, Key, LockDisposition, Record, Rotation,
    SessionStore, Snapshot, Tag, Touch,
};
use session_core::time::Clock;
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
/// Every operation is complete when it is first polled, so there is nothing between before and
/// after. A watch on a lock can be dropped at any time.
///
/// # Examples
///
/// ```
/// use session_core::random::OsRandom;
/// use session_core::store::{Freshness, Key, Payload, Record, SessionStore, Tag};
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
///     idle: None,
/// };
/// let version = Tag::draw(&OsRandom);
/// store.create(&key, &record, &version).await?;
///
/// let snapshot = store.load(&key, Freshness::AsConfigured).await?.expect("it was created");
/// assert_eq!((snapshot.record, snapshot.version), (record.clone(), version.into()));
///
/// let rejected = store.create(&key, &record, &Tag::draw(&OsRandom)).await;
/// assert_eq!(rejected.expect_err("it is there").kind(), ErrorKind::AlreadyExists);
/// # Ok(())
/// # }
/// ```
pub struct MemoryStore {
    pub(crate) capabilities: Capabilities,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) clock_skew: Duration,
    pub(crate) bounds: Bounds,
    pub(crate) shards: Arc<Shards>,
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

    /// The context of a decision, which each operation makes under its shard's lock.
    ///
    /// It is made once. So no operation finds a record live that an earlier operation found
    /// expired. It is made before the record is read: the processor waits for all reads that it has
    /// begun before it reads the time.
    pub(crate) fn context(&self) -> Context {
        Context::new(self.clock.now(), self.clock_skew)
    }

    /// Removes the record of `key` from its shard and from what is counted.
    pub(crate) fn collect_each(&self, shard: &mut Shard, key: Hashed<'_>) {
        if let Some(entry) = shard.remove(key) {
            self.bounds.free(entry.footprint());
        }
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

    async fn load(&self, key: &Key, _: Freshness) -> Result<Option<Snapshot>> {
        self.capabilities.admit_key(Operation::Load, key)?;
        let key = self.shards.hashed(key);
        let shard = self.shards.lock(key);
        let context = self.context();
        Ok(decision::load(shard.row(key), &context))
    }

    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.with_room(|| self.try_create(key, record, version))
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.with_room(|| self.try_update(key, change, expect, version))
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.capabilities.admit_touch(key, touch, expect)?;
        let key = self.shards.hashed(key);
        let mut shard = self.shards.lock(key);
        let context = self.context();
        let found = shard.get_mut(key);
        let row = found.as_ref().map(|(entry, _)| entry.row());
        let effect = decision::touch(row, touch, expect, &context)?;
        if let (Effect::Patch(patch), Some((entry, index))) = (effect, found) {
            entry.apply(&patch, index);
            if touch.lock == LockDisposition::Release {
                wake(shard, &key);
            }
        }
        Ok(())
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let order = Order { old, new, rotation, expect, version };
        self.with_room(|| self.try_rotate(&order))
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.capabilities.admit_delete(key, expect)?;
        let key = self.shards.hashed(key);
        let mut shard = self.shards.lock(key);
        let context = self.context();
        let decision = decision::delete(shard.row(key), expect, &context)?;
        if decision.effect == Effect::Remove {
            self.collect_each(&mut shard, key);
            wake(shard, &key);
        }
        Ok(decision.answer)
    }
}
