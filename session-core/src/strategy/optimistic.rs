use super::{Claim, Drained, Merge, Opened, Strategy, Write, is_certain_conflict};
use crate::error::Operation;
use crate::store::{
    Change, Deletion, Expect, Freshness, Key, LockDisposition, Payload, Rotation, SessionStore,
    Snapshot, Tag, Touch,
};
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;

/// Compare-and-set: a write that lost the race is a [`Conflict`](ErrorKind::Conflict).
///
/// Nobody waits, and no write is lost silently. A handle that lost opens the session again and does
/// the change on what is there. Choose it where concurrent writes are rare and redoing is cheap.
///
/// With [`merging`](Self::merging), a commit that lost the race is combined with the one that won it
/// where that is possible.
#[derive(Clone, Debug)]
pub struct Optimistic {
    store: Arc<dyn SessionStore>,
    merge: Option<Arc<dyn Merge>>,
}

impl Optimistic {
    /// Sessions in `store`, written by compare-and-set.
    ///
    /// An `Arc` of a store is a store, too.
    ///
    /// Over a store that does not compare versions, no sessions can be built.
    pub fn new(store: impl SessionStore) -> Self {
        Self { store: Arc::new(store), merge: None }
    }

    /// The same, with a second attempt for a commit that lost the race ([S8](crate::contract#s8)).
    ///
    /// The strategy loads the record again and combines the changes by `merge`, which must know the
    /// payloads of the sessions' codec, within the same limits: a longer result would be written and
    /// then not be read. The commit is a [`Conflict`](ErrorKind::Conflict) only if the
    /// changes cannot be combined, or if the second attempt loses as well.
    ///
    /// A handle does not see what the other one wrote: the data that it was opened with is that of
    /// before.
    ///
    /// ```
    /// # #[cfg(feature = "json")] {
    /// use session_core::sections::{JsonSections, Sections};
    /// use session_core::store::SessionStore;
    /// use session_core::{Optimistic, Result, Sessions};
    /// use std::sync::Arc;
    ///
    /// fn sessions(store: Arc<dyn SessionStore>) -> Result<Sessions<Sections>> {
    ///     let strategy = Optimistic::new(store).merging(JsonSections::new());
    ///     Sessions::builder(strategy, JsonSections::new()).build()
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn merging(self, merge: impl Merge) -> Self {
        Self { merge: Some(Arc::new(merge)), ..self }
    }

    fn claimed(&self, key: &Key, snapshot: Snapshot) -> Opened {
        let (store, merge) = (Arc::clone(&self.store), self.merge.clone());
        let claim = OptimisticClaim { store, merge, key: key.clone(), seen: snapshot.clone() };
        Opened { snapshot, claim: Box::new(claim) }
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
        Err(error.with_detail("the optimistic strategy needs a store that compares versions: use another store or strategy"))
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
struct OptimisticClaim {
    store: Arc<dyn SessionStore>,
    merge: Option<Arc<dyn Merge>>,
    key: Key,
    seen: Snapshot,
}

impl OptimisticClaim {
    fn expect(&self) -> Expect {
        Expect::version(self.seen.version.clone())
    }

    /// Merges this change with the write that won the race.
    ///
    /// It returns the merged payload and what the second attempt must expect. If the two cannot be
    /// merged, it returns the conflict.
    async fn merged(&self, conflict: Error, changed: &Payload) -> Result<(Payload, Expect)> {
        let Some(merge) = &self.merge else {
            return Err(conflict);
        };
        let gone = || Error::new(conflict.operation(), ErrorKind::Gone);
        let stored = self.store.load(&self.key, Freshness::Latest).await?.ok_or_else(gone)?;
        let seen = &self.seen.record;
        if !stored.record.has_lifetime_of(seen) {
            // Another set the lifetime, for which the expiry of this write was not computed. Or this
            // is another session, which was created at this key.
            return Err(conflict);
        }
        match merge.merge(&seen.payload, changed, &stored.record.payload)? {
            Some(payload) => Ok((payload, Expect::version(stored.version))),
            None => Err(conflict),
        }
    }
}

#[async_trait]
impl Claim for OptimisticClaim {
    async fn update(self: Box<Self>, write: Write, version: &Tag) -> Result<()> {
        let change = write.into_change(LockDisposition::Keep);
        match self.store.update(&self.key, &change, &self.expect(), version).await {
            Err(conflict) if is_certain_conflict(&conflict) => {
                let (payload, expect) = self.merged(conflict, &change.payload).await?;
                // The first attempt has certainly not taken effect and never will. So no record has
                // this version yet, and it may stand for the second attempt.
                let change = Change { payload, ..change };
                self.store.update(&self.key, &change, &expect, version).await
            }
            written => written,
        }
    }

    /// A touch moves no data, so it has no race to lose.
    async fn touch(self: Box<Self>, expires: Timestamp) -> Result<()> {
        let touch = Touch { expires, lock: LockDisposition::Keep };
        self.store.touch(&self.key, &touch, &Expect::PRESENT).await
    }

    async fn rotate(self: Box<Self>, new: &Key, write: Write, version: &Tag) -> Result<()> {
        let mut rotation = Rotation { record: write.into_record(&self.seen.record) };
        match self.store.rotate(&self.key, new, &rotation, &self.expect(), version).await {
            Err(conflict) if is_certain_conflict(&conflict) => {
                let (payload, expect) = self.merged(conflict, &rotation.record.payload).await?;
                // The same version and the same new key, for the reason given in `update`.
                rotation.record.payload = payload;
                self.store.rotate(&self.key, new, &rotation, &expect, version).await
            }
            rotated => rotated,
        }
    }

    async fn delete(self: Box<Self>) -> Result<Deletion> {
        self.store.delete(&self.key, &Expect::PRESENT).await
    }

    async fn release(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}
