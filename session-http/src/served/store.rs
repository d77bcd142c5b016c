use async_trait::async_trait;
use parking_lot::Mutex;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Capabilities, Change, Deletion, Expect, Freshness, Key, LockToken, LockingStore,
    Record, Rotation, SessionStore, Snapshot, Tag, Touch, Watch,
};
use session_core::time::Timestamp;
use session_core::{Error, ErrorKind, Result};
use session_memory::MemoryStore;
use std::mem;
use std::time::Duration;
use tokio::sync::watch;

/// A store in memory that lists its requests, and that fails or waits on demand.
#[derive(Debug)]
pub(crate) struct TestStore {
    store: MemoryStore,
    asked: Mutex<Vec<&'static str>>,
    trouble: watch::Sender<Trouble>,
}

/// The behavior of the store for its next requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    None,
    /// Requests fail.
    Fails,
    /// Requests wait before they take effect, until this behavior ends.
    Hangs,
    /// Requests yield to others before and after they take effect.
    Yields,
    /// Requests take effect at once, and return when this behavior ends.
    AnswersLate,
}

impl TestStore {
    pub(crate) fn new(store: MemoryStore) -> Self {
        Self { store, asked: Mutex::default(), trouble: watch::Sender::new(Trouble::None) }
    }

    pub(crate) fn set(&self, trouble: Trouble) {
        self.trouble.send_replace(trouble);
    }

    /// The requests since the last call of this method.
    pub(crate) fn asked(&self) -> Vec<&'static str> {
        mem::take(&mut self.asked.lock())
    }

    async fn ask<T>(
        &self,
        operation: Operation,
        answer: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.asked.lock().push(operation.name());
        let mut trouble = self.trouble.subscribe();
        let current = *trouble.borrow_and_update();
        let mut is_over = async || drop(trouble.wait_for(|now| *now == Trouble::None).await);
        match current {
            Trouble::None => answer.await,
            Trouble::Fails => Err(Error::new(operation, ErrorKind::Unavailable)),
            Trouble::Yields => {
                tokio::task::yield_now().await;
                let answer = answer.await;
                tokio::task::yield_now().await;
                answer
            }
            Trouble::Hangs => {
                is_over().await;
                answer.await
            }
            Trouble::AnswersLate => {
                let answer = answer.await;
                is_over().await;
                answer
            }
        }
    }
}

#[async_trait]
impl SessionStore for TestStore {
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    async fn load(&self, key: &Key, freshness: Freshness) -> Result<Option<Snapshot>> {
        self.ask(Operation::Load, self.store.load(key, freshness)).await
    }

    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.ask(Operation::Create, self.store.create(key, record, version)).await
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.ask(Operation::Update, self.store.update(key, change, expect, version)).await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.ask(Operation::Touch, self.store.touch(key, touch, expect)).await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let rotated = self.store.rotate(old, new, rotation, expect, version);
        self.ask(Operation::Rotate, rotated).await
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.ask(Operation::Delete, self.store.delete(key, expect)).await
    }
}

#[async_trait]
impl LockingStore for TestStore {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        self.ask(Operation::Acquire, self.store.acquire(key, token, lease)).await
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        self.ask(Operation::Renew, self.store.renew(key, token, lease)).await
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.ask(Operation::Release, self.store.release(key, token)).await
    }

    async fn watch(&self, key: &Key) -> Option<Box<dyn Watch>> {
        self.store.watch(key).await
    }
}
