use super::{Claim, Drained, Opened, Strategy, is_certain_conflict};
use crate::error::Operation;
use crate::store::{
    Change, Deletion, Expect, Freshness, Key, LockDisposition, Payload, Record, Rotation,
    SessionStore, Snapshot, Tag, Touch,
};
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;

/// No locking: of concurrent writes the last one stays, as PHP's handlers do by default.
///
/// A write still requires the session to be there, so it never brings back what was deleted ([R4](crate::contract#r4)).
/// Choose it for sessions that are written rarely, or whole.
///
/// A rotation with changed data overwrites, too. One without carries along the data that stands
/// there: it expects the version that it read, and reads again after another's write. A store that
/// compares no versions cannot be told so: there, a rotation may carry along data older than that
/// of a concurrent write, which is then lost.
#[derive(Clone, Debug)]
pub struct LastWriteWins {
    store: Arc<dyn SessionStore>,
}

impl LastWriteWins {
    /// Sessions in `store`, without locking. An `Arc` of a store is a store, too.
    pub fn new(store: impl SessionStore) -> Self {
        Self { store: Arc::new(store) }
    }

    fn claimed(&self, key: &Key, snapshot: Snapshot) -> Opened {
        let store = Arc::clone(&self.store);
        let claim = LastWriteWinsClaim { store, key: key.clone(), seen: snapshot.clone() };
        Opened { snapshot, claim: Box::new(claim) }
    }
}

#[async_trait]
impl Strategy for LastWriteWins {
    fn store(&self) -> &dyn SessionStore {
        &self.store
    }

    async fn open(&self, key: &Key, freshness: Freshness) -> Result<Option<Opened>> {
        let snapshot = self.store.load(key, freshness).await?;
        Ok(snapshot.map(|snapshot| self.claimed(key, snapshot)))
    }

    async fn claim(&self, key: &Key, seen: &Snapshot) -> Result<Option<Opened>> {
        Ok(Some(self.claimed(key, seen.clone())))
    }

    async fn drain(&self, _: Duration) -> Drained {
        Drained::default()
    }
}

#[derive(Debug)]
struct LastWriteWinsClaim {
    store: Arc<dyn SessionStore>,
    key: Key,
    seen: Snapshot,
}

impl LastWriteWinsClaim {
    /// How often a rotation of unchanged data is tried where other writes come between.
    const ROTATIONS: usize = 8;

    /// Rotates with the payload at the old key, which at first is that of `record`.
    async fn carry_along(self, new: &Key, record: Record, version: &Tag) -> Result<()> {
        let (store, key) = (&self.store, &self.key);
        let (mut rotation, mut seen) = (Rotation { record }, self.seen.version);
        for _ in 1..Self::ROTATIONS {
            let expect = Expect::version(seen);
            match store.rotate(key, new, &rotation, &expect, version).await {
                Err(error) if is_certain_conflict(&error) => {}
                rotated => return rotated,
            }
            let gone = || Error::new(Operation::Rotate, ErrorKind::Gone);
            let fresh = store.load(key, Freshness::Latest).await?.ok_or_else(gone)?;
            rotation.record.payload = fresh.record.payload;
            seen = fresh.version;
        }
        store.rotate(key, new, &rotation, &Expect::version(seen), version).await
    }
}

#[async_trait]
impl Claim for LastWriteWinsClaim {
    async fn update(
        self: Box<Self>,
        payload: Payload,
        expires: Timestamp,
        version: &Tag,
    ) -> Result<()> {
        let change = Change { payload, expires, lock: LockDisposition::Keep };
        self.store.update(&self.key, &change, &Expect::PRESENT, version).await
    }

    async fn touch(self: Box<Self>, expires: Timestamp) -> Result<()> {
        let touch = Touch { expires, lock: LockDisposition::Keep };
        self.store.touch(&self.key, &touch, &Expect::PRESENT).await
    }

    async fn rotate(self: Box<Self>, new: &Key, record: Record, version: &Tag) -> Result<()> {
        let is_unchanged = record.payload == self.seen.record.payload;
        if is_unchanged && self.store.capabilities().compares_versions() {
            return self.carry_along(new, record, version).await;
        }
        let rotation = Rotation { record };
        self.store.rotate(&self.key, new, &rotation, &Expect::PRESENT, version).await
    }

    async fn delete(self: Box<Self>) -> Result<Deletion> {
        self.store.delete(&self.key, &Expect::PRESENT).await
    }

    async fn release(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}
