//! Twists that run the same code around every operation.

use crate::twist::Twist;
use async_trait::async_trait;
use session_conformance::Model;
use session_core::Result;
use session_core::store::{
    Acquired, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key, LockToken,
    LockingStore, Record, Rotation, SessionStore, Snapshot, Sweep, SweepBudget, Tag, Touch,
};
use session_core::time::Timestamp;
use std::fmt::Debug;
use std::time::Duration;

/// Code that runs before and after an operation of the model.
#[async_trait]
pub(crate) trait Around: Debug + Send + Sync + 'static {
    async fn around<T: Send>(&self, operation: impl Future<Output = Result<T>> + Send)
    -> Result<T>;
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
