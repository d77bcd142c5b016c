use super::{Claim, Drained, Opened, Strategy};
use crate::error::Operation;
use crate::store::{
    Change, Deletion, Expect, Freshness, Key, LockDisposition, Payload, Record, Rotation,
    SessionStore, Tag, Touch, Version,
};
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;

/// Compare-and-set: a write that lost the race is a [`Conflict`](ErrorKind::Conflict).
///
/// Nobody waits and nothing is overwritten unseen; whoever lost opens the session again and does
/// the change on what is there. Choose it where concurrent writes are rare and redoing is cheap.
#[derive(Clone, Debug)]
pub struct Optimistic {
    store: Arc<dyn SessionStore>,
}

impl Optimistic {
    /// Sessions in `store`, written by compare-and-set. An `Arc` of a store is a store, too.
    ///
    /// Over a store that does not compare versions, no sessions can be built.
    pub fn new(store: impl SessionStore) -> Self {
        Self { store: Arc::new(store) }
    }
}

#[async_trait]
impl Strategy for Optimistic {
    fn store(&self) -> &dyn SessionStore {
        &self.store
    }

    fn check(&self) -> Result<()> {
        if self.store.capabilities().compares_versions() {
            return Ok(());
        }
        let error = Error::new(Operation::Configure, ErrorKind::Config);
        Err(error.with_detail("the optimistic strategy needs a store that compares versions"))
    }

    async fn open(&self, key: &Key, freshness: Freshness) -> Result<Option<Opened>> {
        let Some(snapshot) = self.store.load(key, freshness).await? else {
            return Ok(None);
        };
        let store = Arc::clone(&self.store);
        let claim = OptimisticClaim { store, key: key.clone(), version: snapshot.version.clone() };
        Ok(Some(Opened { snapshot, claim: Box::new(claim) }))
    }

    async fn drain(&self, _: Duration) -> Drained {
        Drained::default()
    }
}

#[derive(Debug)]
struct OptimisticClaim {
    store: Arc<dyn SessionStore>,
    key: Key,
    version: Version,
}

#[async_trait]
impl Claim for OptimisticClaim {
    async fn update(
        self: Box<Self>,
        payload: Payload,
        expires: Timestamp,
        version: &Tag,
    ) -> Result<()> {
        let change = Change { payload, expires, lock: LockDisposition::Keep };
        self.store.update(&self.key, &change, &Expect::version(self.version), version).await
    }

    /// A touch moves no data, so it has no race to lose.
    async fn touch(self: Box<Self>, expires: Timestamp) -> Result<()> {
        let touch = Touch { expires, lock: LockDisposition::Keep };
        self.store.touch(&self.key, &touch, &Expect::PRESENT).await
    }

    async fn rotate(self: Box<Self>, new: &Key, record: Record, version: &Tag) -> Result<()> {
        let (rotation, expect) = (Rotation { record }, Expect::version(self.version));
        self.store.rotate(&self.key, new, &rotation, &expect, version).await
    }

    async fn delete(self: Box<Self>) -> Result<Deletion> {
        self.store.delete(&self.key, &Expect::PRESENT).await
    }

    async fn release(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}
