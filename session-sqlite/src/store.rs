//! The store.

use crate::SqliteStoreBuilder;
use crate::engine::SqliteEngine;
use async_trait::async_trait;
use session_core::Result;
use session_core::store::{
    Acquired, Capabilities, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key,
    LockToken, LockingStore, Record, Rotation, SessionStore, Snapshot, Sweep, SweepBudget, Tag,
    Touch, Watch,
};
use session_core::time::Timestamp;
use session_core::transactional::TransactionalStore;
use std::path::PathBuf;
use std::time::Duration;

/// Sessions in one SQLite file, which several processes of one host share.
///
/// Share it as `Arc<SqliteStore>`. Dropping the last one ends its thread and closes the file. That
/// waits for the commit which is under way, if there is one.
///
/// # Consistency
///
/// All operations on a key are linearizable, in all processes. A rotation is one step for both keys.
/// Writes and reads of one store are carried out in the order in which they are first polled, so a
/// read sees every earlier write of the same store. A write that was answered survives the end of
/// the process by any means, and with [`Synchronous::Full`](crate::Synchronous::Full) a loss of
/// power.
///
/// # Cancellation
///
/// A call that is dropped before it begins changes nothing. One that has begun takes effect as a
/// whole. Either way every later call of the same store sees the outcome.
///
/// # Errors
///
/// An operation that cannot begin within
/// [`operation_timeout`](SqliteStoreBuilder::operation_timeout), because other processes write
/// throughout, is [`Unavailable`](session_core::ErrorKind::Unavailable), and has changed nothing. A
/// write for which file or disk have no room is [`Full`](session_core::ErrorKind::Full). Reads and
/// deletions go on.
///
/// # Examples
///
/// ```
/// use session_core::random::OsRandom;
/// use session_core::store::{Freshness, Key, Payload, Record, SessionStore, Tag};
/// use session_core::time::Timestamp;
/// use session_sqlite::SqliteStore;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> session_core::Result<()> {
/// # let folder = std::env::temp_dir().join(format!("session-sqlite-store-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).expect("it can be made");
/// # let path = folder.join("sessions.db");
/// let store = SqliteStore::open(&path).await?;
/// let key = Key::new("a-session")?;
/// let expires = Timestamp::from_epoch_seconds(4_000_000_000);
/// let record = Record { payload: Payload::text("{}"), expires, deadline: None, idle: None };
/// store.create(&key, &record, &Tag::draw(&OsRandom)).await?;
///
/// let other = SqliteStore::open(&path).await?; // as another process does
/// assert_eq!(other.load(&key, Freshness::AsConfigured).await?.map(|snapshot| snapshot.record), Some(record));
/// # drop((store, other));
/// # std::fs::remove_dir_all(folder).expect("it is there");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SqliteStore(TransactionalStore<SqliteEngine>);

impl SqliteStore {
    /// Opens the file at `path` with the default settings. A missing file is created.
    ///
    /// # Errors
    ///
    /// As [`SqliteStoreBuilder::build`].
    pub async fn open(path: impl Into<PathBuf>) -> Result<Self> {
        Self::builder(path).build().await
    }

    /// The settings of a store in the file at `path`, to be changed before it is built.
    pub fn builder(path: impl Into<PathBuf>) -> SqliteStoreBuilder {
        SqliteStoreBuilder::new(path)
    }

    pub(crate) const fn of(store: TransactionalStore<SqliteEngine>) -> Self {
        Self(store)
    }
}

#[async_trait]
impl SessionStore for SqliteStore {
    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    async fn load(&self, key: &Key, freshness: Freshness) -> Result<Option<Snapshot>> {
        self.0.load(key, freshness).await
    }

    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.0.create(key, record, version).await
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.0.update(key, change, expect, version).await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.0.touch(key, touch, expect).await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.0.rotate(old, new, rotation, expect, version).await
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.0.delete(key, expect).await
    }
}

#[async_trait]
impl LockingStore for SqliteStore {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        self.0.acquire(key, token, lease).await
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        self.0.renew(key, token, lease).await
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.0.release(key, token).await
    }

    async fn watch(&self, key: &Key) -> Option<Box<dyn Watch>> {
        self.0.watch(key).await
    }
}

#[async_trait]
impl CollectingStore for SqliteStore {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        self.0.sweep(budget, from).await
    }
}
