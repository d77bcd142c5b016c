//! A store that looks at the clock, queues, and takes its time.

use super::assert_passes;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use futures_util::lock::Mutex;
use session_conformance::{Fixture, Model};
use session_core::{
    Acquired, Change, Clock, CollectingStore, Cursor, Deletion, Expect, Key, LockToken,
    LockingStore, ManualClock, Record, Result, Rotation, SessionStore, Snapshot, Sweep,
    SweepBudget, Touch, Version,
};
use std::time::Duration;
use tokio::task::yield_now;

/// One mutex for the whole table, held over awaits. What is done goes by the clock as it was when
/// the call was made, as it does where a request carries the time.
#[derive(Debug)]
struct Queued {
    turn: Mutex<()>,
    clock: ManualClock,
    /// The model's.
    reading: ManualClock,
}

impl Queued {
    fn fixture(clock: ManualClock) -> Fixture {
        let reading = ManualClock::at(clock.now());
        let queued = Self { turn: Mutex::new(()), clock, reading: reading.clone() };
        twisted(queued)(reading)
    }

    async fn in_turn<T>(&self, operation: impl Future<Output = T>) -> T {
        let now = self.clock.now();
        let _turn = self.turn.lock().await;
        yield_now().await;
        self.reading.set(now);
        let answer = operation.await;
        yield_now().await;
        answer
    }
}

#[async_trait]
impl Twist for Queued {
    async fn load(&self, model: &Model, key: &Key) -> Result<Option<Snapshot>> {
        self.in_turn(model.load(key)).await
    }

    async fn create(
        &self,
        model: &Model,
        key: &Key,
        record: &Record,
        version: &Version,
    ) -> Result<()> {
        self.in_turn(model.create(key, record, version)).await
    }

    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        self.in_turn(model.update(key, change, expect, version)).await
    }

    async fn touch(&self, model: &Model, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.in_turn(model.touch(key, touch, expect)).await
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
        self.in_turn(model.rotate(old, new, rotation, expect, version)).await
    }

    async fn delete(&self, model: &Model, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.in_turn(model.delete(key, expect)).await
    }

    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        self.in_turn(model.acquire(key, token, lease)).await
    }

    async fn renew(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<()> {
        self.in_turn(model.renew(key, token, lease)).await
    }

    async fn release(&self, model: &Model, key: &Key, token: &LockToken) -> Result<()> {
        self.in_turn(model.release(key, token)).await
    }

    async fn sweep(
        &self,
        model: &Model,
        budget: &SweepBudget,
        from: Option<&Cursor>,
    ) -> Result<Sweep> {
        self.in_turn(model.sweep(budget, from)).await
    }
}

#[test]
fn a_store_that_queues_everything_passes() {
    assert_passes(&Queued::fixture);
}
