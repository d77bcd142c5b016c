//! Twists that run the same code around every operation.

use crate::twist::Twist;
use async_trait::async_trait;
use session_conformance::Model;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key, LockToken,
    LockingStore, Record, Rotation, SessionStore, Snapshot, Sweep, SweepBudget, Tag, Touch,
};
use session_core::time::Timestamp;
use session_core::{Error, ErrorKind, Result};
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::yield_now;

/// Code that runs before and after an operation of the model.
#[async_trait]
pub(crate) trait Around: Debug + Send + Sync + 'static {
    async fn around<T: Send>(&self, operation: impl Future<Output = Result<T>> + Send)
    -> Result<T>;
}

/// Is unavailable to a call that meets another one, as databases are where transactions meet.
#[derive(Debug, Default)]
pub(crate) struct UnavailableWhereCallsMeet {
    is_busy: AtomicBool,
    /// Whether it applies such a call all the same.
    applies: bool,
}

impl UnavailableWhereCallsMeet {
    /// The fault: a call that is said not to be applied is applied.
    pub(crate) fn that_applies() -> Self {
        Self { applies: true, ..Self::default() }
    }
}

#[async_trait]
impl Around for UnavailableWhereCallsMeet {
    async fn around<T: Send>(
        &self,
        operation: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        if self.is_busy.swap(true, Ordering::SeqCst) {
            if self.applies {
                for _ in 0..3 {
                    yield_now().await;
                }
                drop(operation.await);
            }
            return Err(Error::new(Operation::Update, ErrorKind::Unavailable));
        }
        let _end = Ends(&self.is_busy);
        yield_now().await;
        let answer = operation.await;
        yield_now().await;
        answer
    }
}

/// The end of a call, also of one that is dropped.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

#[async_trait]
impl<A: Around> Twist for A {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        self.around(model.load(key, freshness)).await
    }

    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.around(model.create(key, record, version)).await
    }

    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.around(model.update(key, change, expect, version)).await
    }

    async fn touch(&self, model: &Model, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.around(model.touch(key, touch, expect)).await
    }

    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.around(model.rotate(old, new, rotation, expect, version)).await
    }

    async fn delete(&self, model: &Model, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.around(model.delete(key, expect)).await
    }

    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        self.around(model.acquire(key, token, lease)).await
    }

    async fn renew(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Timestamp> {
        self.around(model.renew(key, token, lease)).await
    }

    async fn release(&self, model: &Model, key: &Key, token: &LockToken) -> Result<()> {
        self.around(model.release(key, token)).await
    }

    async fn sweep(
        &self,
        model: &Model,
        budget: &SweepBudget,
        from: Option<&Cursor>,
    ) -> Result<Sweep> {
        self.around(model.sweep(budget, from)).await
    }
}
