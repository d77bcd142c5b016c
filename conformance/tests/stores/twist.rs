//! A model of which one operation or two are done in another way.

use async_trait::async_trait;
use session_conformance::{Fixture, Lawful, Model, Rules};
use session_core::{
    Acquired, Capabilities, Change, CollectingStore, Cursor, Deletion, Expect, Key, LockToken,
    LockingStore, ManualClock, Record, Result, Rotation, SessionStore, Snapshot, Sweep,
    SweepBudget, Touch, Version,
};
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// The fixture of a model that decides by these rules.
pub(crate) fn ruled(rules: impl Rules) -> impl FnOnce(ManualClock) -> Fixture {
    |clock| Model::with_rules(clock, Arc::new(rules)).into_fixture()
}

/// The fixture of a lawful model with this twist.
pub(crate) fn twisted(twist: impl Twist) -> impl FnOnce(ManualClock) -> Fixture {
    ruled_and_twisted(Lawful, twist)
}

/// The fixture of a model that decides by these rules and has this twist.
pub(crate) fn ruled_and_twisted(
    rules: impl Rules,
    twist: impl Twist,
) -> impl FnOnce(ManualClock) -> Fixture {
    |clock| {
        let model = Model::with_rules(clock, Arc::new(rules));
        let capabilities = twist.capabilities(&model);
        let store = Arc::new(Twisted { model, twist });
        let mut fixture = Fixture::new(Arc::clone(&store) as Arc<dyn SessionStore>);
        if capabilities.locks() {
            fixture = fixture.with_locking(Arc::clone(&store) as Arc<dyn LockingStore>);
        }
        if capabilities.collects() {
            fixture = fixture.with_collecting(store);
        }
        fixture
    }
}

/// What a broken store does its own way; the rest is the model's.
#[async_trait]
pub(crate) trait Twist: Debug + Send + Sync + 'static {
    fn capabilities(&self, model: &Model) -> Capabilities {
        model.capabilities()
    }

    async fn load(&self, model: &Model, key: &Key) -> Result<Option<Snapshot>> {
        model.load(key).await
    }

    async fn create(
        &self,
        model: &Model,
        key: &Key,
        record: &Record,
        version: &Version,
    ) -> Result<()> {
        model.create(key, record, version).await
    }

    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        model.update(key, change, expect, version).await
    }

    async fn touch(&self, model: &Model, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        model.touch(key, touch, expect).await
    }

    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        model.rotate(old, new, rotation, expect, version).await
    }

    async fn delete(&self, model: &Model, key: &Key, expect: &Expect) -> Result<Deletion> {
        model.delete(key, expect).await
    }

    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        model.acquire(key, token, lease).await
    }

    async fn renew(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<()> {
        model.renew(key, token, lease).await
    }

    async fn release(&self, model: &Model, key: &Key, token: &LockToken) -> Result<()> {
        model.release(key, token).await
    }

    /// Never completes, as the model's. Since it may complete too early, too, no store breaks a law
    /// in this alone.
    async fn released(&self, model: &Model, key: &Key) {
        model.released(key).await;
    }

    async fn sweep(
        &self,
        model: &Model,
        budget: &SweepBudget,
        from: Option<&Cursor>,
    ) -> Result<Sweep> {
        model.sweep(budget, from).await
    }
}

#[derive(Debug)]
struct Twisted<T> {
    model: Model,
    twist: T,
}

#[async_trait]
impl<T: Twist> SessionStore for Twisted<T> {
    fn capabilities(&self) -> Capabilities {
        self.twist.capabilities(&self.model)
    }

    async fn load(&self, key: &Key) -> Result<Option<Snapshot>> {
        self.twist.load(&self.model, key).await
    }

    async fn create(&self, key: &Key, record: &Record, version: &Version) -> Result<()> {
        self.twist.create(&self.model, key, record, version).await
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        let (twist, model) = (&self.twist, &self.model);
        twist.update(model, key, change, expect, version).await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.twist.touch(&self.model, key, touch, expect).await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        let (twist, model) = (&self.twist, &self.model);
        twist.rotate(model, old, new, rotation, expect, version).await
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.twist.delete(&self.model, key, expect).await
    }
}

#[async_trait]
impl<T: Twist> LockingStore for Twisted<T> {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        self.twist.acquire(&self.model, key, token, lease).await
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<()> {
        self.twist.renew(&self.model, key, token, lease).await
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.twist.release(&self.model, key, token).await
    }

    async fn released(&self, key: &Key) {
        self.twist.released(&self.model, key).await;
    }
}

#[async_trait]
impl<T: Twist> CollectingStore for Twisted<T> {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        self.twist.sweep(&self.model, budget, from).await
    }
}
