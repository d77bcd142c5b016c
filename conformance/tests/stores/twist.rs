//! A model, or a store over it, with one or two changed operations.

use crate::calls::{
    AcquireCall, CreateCall, DeleteCall, LoadCall, ReleaseCall, RenewCall, RotateCall, SweepCall,
    TouchCall, UpdateCall,
};
use async_trait::async_trait;
use session_conformance::{Fixture, Lawful, Model, Rules};
use session_core::Result;
use session_core::store::{
    Acquired, Capabilities, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key,
    LockToken, LockingStore, Record, Rotation, SessionStore, Snapshot, Sweep, SweepBudget, Tag,
    Touch, Watch,
};
use session_core::time::{ManualClock, Timestamp};
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// The fixture of a model with these rules.
pub(crate) fn ruled(rules: impl Rules) -> impl FnOnce(ManualClock) -> Fixture {
    |clock| Model::with_rules(clock, Arc::new(rules)).into_fixture()
}

/// The fixture of a lawful model with this twist.
pub(crate) fn twisted(twist: impl Twist) -> impl FnOnce(ManualClock) -> Fixture {
    ruled_and_twisted(Lawful, twist)
}

/// The fixture of a model with these rules and this twist.
pub(crate) fn ruled_and_twisted(
    rules: impl Rules,
    twist: impl Twist,
) -> impl FnOnce(ManualClock) -> Fixture {
    |clock| twisted_over(Arc::new(Model::with_rules(clock, Arc::new(rules))), twist)
}

/// The fixture of a store with this twist.
pub(crate) fn twisted_over<S: Full>(store: Arc<S>, twist: impl Twist<S>) -> Fixture {
    let capabilities = twist.capabilities(&store);
    let store = Arc::new(Twisted { store, twist });
    let mut fixture = Fixture::new(Arc::clone(&store) as Arc<dyn SessionStore>);
    if capabilities.locks() {
        fixture = fixture.with_locking(Arc::clone(&store) as Arc<dyn LockingStore>);
    }
    if capabilities.collects() {
        fixture = fixture.with_collecting(store);
    }
    fixture
}

/// The fixture of two handles of one lawful model, each with its own twist.
pub(crate) fn two_handles<T: Twist>(make: impl Fn() -> T) -> impl FnOnce(ManualClock) -> Fixture {
    move |clock| {
        let model = Arc::new(Model::new(clock));
        let handle = || twisted_over(Arc::clone(&model), make());
        handle().with_second_handle(handle())
    }
}

/// A store with all capabilities.
pub(crate) trait Full: LockingStore + CollectingStore {}

impl<S: LockingStore + CollectingStore> Full for S {}

/// The operations that a broken store changes.
///
/// The others are those of the store below it.
#[async_trait]
pub(crate) trait Twist<S: Full = Model>: Debug + Send + Sync + 'static {
    fn capabilities(&self, store: &S) -> Capabilities {
        store.capabilities()
    }

    async fn load(&self, store: &S, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        call.on(store).await
    }

    async fn create(&self, store: &S, call: CreateCall<'_>) -> Result<()> {
        call.on(store).await
    }

    async fn update(&self, store: &S, call: UpdateCall<'_>) -> Result<()> {
        call.on(store).await
    }

    async fn touch(&self, store: &S, call: TouchCall<'_>) -> Result<()> {
        call.on(store).await
    }

    async fn rotate(&self, store: &S, call: RotateCall<'_>) -> Result<()> {
        call.on(store).await
    }

    async fn delete(&self, store: &S, call: DeleteCall<'_>) -> Result<Deletion> {
        call.on(store).await
    }

    async fn acquire(&self, store: &S, call: AcquireCall<'_>) -> Result<Acquired> {
        call.on(store).await
    }

    async fn renew(&self, store: &S, call: RenewCall<'_>) -> Result<Timestamp> {
        call.on(store).await
    }

    async fn release(&self, store: &S, call: ReleaseCall<'_>) -> Result<()> {
        call.on(store).await
    }

    async fn watch(&self, store: &S, key: &Key) -> Option<Box<dyn Watch>> {
        store.watch(key).await
    }

    async fn sweep(&self, store: &S, call: SweepCall<'_>) -> Result<Sweep> {
        call.on(store).await
    }
}

#[derive(Debug)]
pub(crate) struct Twisted<T, S> {
    pub(crate) store: Arc<S>,
    pub(crate) twist: T,
}

#[async_trait]
impl<S: Full, T: Twist<S>> SessionStore for Twisted<T, S> {
    fn capabilities(&self) -> Capabilities {
        self.twist.capabilities(&self.store)
    }

    async fn load(&self, key: &Key, freshness: Freshness) -> Result<Option<Snapshot>> {
        self.twist.load(&self.store, LoadCall { key, freshness }).await
    }

    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.twist.create(&self.store, CreateCall { key, record, version }).await
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let call = UpdateCall { key, change, expect, version };
        self.twist.update(&self.store, call).await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.twist.touch(&self.store, TouchCall { key, touch, expect }).await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let call = RotateCall { old, new, rotation, expect, version };
        self.twist.rotate(&self.store, call).await
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.twist.delete(&self.store, DeleteCall { key, expect }).await
    }
}

#[async_trait]
impl<S: Full, T: Twist<S>> LockingStore for Twisted<T, S> {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        self.twist.acquire(&self.store, AcquireCall { key, token, lease }).await
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        self.twist.renew(&self.store, RenewCall { key, token, lease }).await
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.twist.release(&self.store, ReleaseCall { key, token }).await
    }

    async fn watch(&self, key: &Key) -> Option<Box<dyn Watch>> {
        self.twist.watch(&self.store, key).await
    }
}

#[async_trait]
impl<S: Full, T: Twist<S>> CollectingStore for Twisted<T, S> {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        self.twist.sweep(&self.store, SweepCall { budget, from }).await
    }
}
