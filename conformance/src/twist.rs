//! Stores over another store, with changed operations.
//!
//! The tests of the suite make their broken stores of them, too.

mod calls;

pub use calls::{
    AcquireCall, Call, CreateCall, DeleteCall, LoadCall, ReleaseCall, RenewCall, RotateCall,
    SweepCall, TouchCall, UpdateCall,
};

use crate::Model;
use async_trait::async_trait;
use session_core::Result;
use session_core::store::{
    Acquired, Capabilities, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key,
    LockToken, LockingStore, Record, Rotation, SessionStore, Snapshot, Sweep, SweepBudget, Tag,
    Touch, Watch,
};
use session_core::time::Timestamp;
use std::fmt::Debug;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

/// The operations that a store changes.
///
/// The others are those of the store below it.
#[async_trait]
pub trait Twist<S: SessionStore + ?Sized = Model>: Debug + Send + Sync + 'static {
    fn capabilities(&self, store: &S) -> Capabilities {
        store.capabilities()
    }

    /// Makes every call whose operation has no method of its own.
    async fn call<C: Call<S>>(&self, store: &S, call: C) -> Result<C::Answer> {
        call.on(store).await
    }

    async fn load(&self, store: &S, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        self.call(store, call).await
    }

    async fn create(&self, store: &S, call: CreateCall<'_>) -> Result<()> {
        self.call(store, call).await
    }

    async fn update(&self, store: &S, call: UpdateCall<'_>) -> Result<()> {
        self.call(store, call).await
    }

    async fn touch(&self, store: &S, call: TouchCall<'_>) -> Result<()> {
        self.call(store, call).await
    }

    async fn rotate(&self, store: &S, call: RotateCall<'_>) -> Result<()> {
        self.call(store, call).await
    }

    async fn delete(&self, store: &S, call: DeleteCall<'_>) -> Result<Deletion> {
        self.call(store, call).await
    }

    async fn acquire(&self, store: &S, call: AcquireCall<'_>) -> Result<Acquired>
    where
        S: LockingStore,
    {
        self.call(store, call).await
    }

    async fn renew(&self, store: &S, call: RenewCall<'_>) -> Result<Timestamp>
    where
        S: LockingStore,
    {
        self.call(store, call).await
    }

    async fn release(&self, store: &S, call: ReleaseCall<'_>) -> Result<()>
    where
        S: LockingStore,
    {
        self.call(store, call).await
    }

    async fn watch(&self, store: &S, key: &Key) -> Option<Box<dyn Watch>>
    where
        S: LockingStore,
    {
        store.watch(key).await
    }

    async fn sweep(&self, store: &S, call: SweepCall<'_>) -> Result<Sweep>
    where
        S: CollectingStore,
    {
        self.call(store, call).await
    }
}

/// A store with a twist.
#[derive(Debug)]
pub struct Twisted<S: ?Sized, T> {
    store: Arc<S>,
    twist: T,
}

impl<S: ?Sized, T> Twisted<S, T> {
    pub const fn over(store: Arc<S>, twist: T) -> Self {
        Self { store, twist }
    }
}

impl<S: ?Sized, T> Deref for Twisted<S, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.twist
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SessionStore + ?Sized, T: Twist<S>> SessionStore for Twisted<S, T> {
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
#[deny(clippy::missing_trait_methods)]
impl<S: LockingStore + ?Sized, T: Twist<S>> LockingStore for Twisted<S, T> {
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
#[deny(clippy::missing_trait_methods)]
impl<S: CollectingStore + ?Sized, T: Twist<S>> CollectingStore for Twisted<S, T> {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        self.twist.sweep(&self.store, SweepCall { budget, from }).await
    }
}
