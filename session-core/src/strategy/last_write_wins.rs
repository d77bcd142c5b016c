use super::{Claim, Drained, Opened, Strategy, Write, is_certain_conflict};
use crate::error::Operation;
use crate::store::{
    Deletion, Expect, Freshness, Key, LockDisposition, Rotation, SessionStore, Snapshot, Tag, Touch,
};
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;

/// A strategy without locking, in which the last of concurrent writes stays.
///
/// PHP's handlers do the same by default.
///
/// A write still requires the session to be there, so it never brings back what was deleted ([R4](crate::contract#r4)).
/// Choose it for sessions that are written rarely, or whole.
///
/// A rotation with changed data overwrites, too. One with unchanged data keeps the stored data: it
/// expects the version that it read, and reads again after another handle's write. So does a commit
/// that sets a lifetime and has no changed data. A store that compares no versions cannot do so.
/// There, such a commit may overwrite a concurrent write with the older data that it read.
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
    /// How often a write of unchanged data is tried where other writes come between.
    const ATTEMPTS: usize = 8;

    /// Writes at the key `new`, or where the record stands.
    async fn write(self, new: Option<&Key>, write: Write, version: &Tag) -> Result<()> {
        let is_unchanged = write.payload == self.seen.record.payload;
        if is_unchanged && self.store.capabilities().compares_versions() {
            return self.carry_along(new, write, version).await;
        }
        self.attempt(new, &write, &Expect::PRESENT, version).await
    }

    /// Writes with the stored payload and lifetime, at first those that were read.
    async fn carry_along(
        mut self,
        new: Option<&Key>,
        mut write: Write,
        version: &Tag,
    ) -> Result<()> {
        for _ in 1..Self::ATTEMPTS {
            match self.attempt(new, &write, &self.expect(), version).await {
                Err(error) if is_certain_conflict(&error) => self.read_again(&mut write).await?,
                written => return written,
            }
        }
        self.attempt(new, &write, &self.expect(), version).await
    }

    async fn read_again(&mut self, write: &mut Write) -> Result<()> {
        let gone = || Error::new(Operation::Commit, ErrorKind::Gone);
        let fresh = self.store.load(&self.key, Freshness::Latest).await?.ok_or_else(gone)?;
        write.payload = fresh.record.payload.clone();
        if write.lifetime.is_none() && !fresh.record.has_lifetime_of(&self.seen.record) {
            // The expiry was computed for another lifetime. That of its setter is for this one.
            write.expires = fresh.record.expires;
        }
        self.seen = fresh;
        Ok(())
    }

    fn expect(&self) -> Expect {
        Expect::version(self.seen.version.clone())
    }

    async fn attempt(
        &self,
        new: Option<&Key>,
        write: &Write,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let (store, key, write) = (&self.store, &self.key, write.clone());
        let Some(new) = new else {
            let change = write.into_change(LockDisposition::Keep);
            return store.update(key, &change, expect, version).await;
        };
        let rotation = Rotation { record: write.into_record(&self.seen.record) };
        store.rotate(key, new, &rotation, expect, version).await
    }
}

#[async_trait]
impl Claim for LastWriteWinsClaim {
    async fn update(self: Box<Self>, write: Write, version: &Tag) -> Result<()> {
        self.write(None, write, version).await
    }

    async fn touch(self: Box<Self>, expires: Timestamp) -> Result<()> {
        let touch = Touch { expires, lock: LockDisposition::Keep };
        self.store.touch(&self.key, &touch, &Expect::PRESENT).await
    }

    async fn rotate(self: Box<Self>, new: &Key, write: Write, version: &Tag) -> Result<()> {
        self.write(Some(new), write, version).await
    }

    async fn delete(self: Box<Self>) -> Result<Deletion> {
        self.store.delete(&self.key, &Expect::PRESENT).await
    }

    async fn release(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}
