use super::{Claim, Drained, Opened, Strategy};
use crate::error::Operation;
use crate::store::{
    Change, Deletion, Expect, Key, LockDisposition, Payload, Record, Rotation, SessionStore, Touch,
    Version,
};
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;

/// No locking: of concurrent writes the last one stays, as PHP's handlers do by default.
///
/// A write still requires the session to be there, so it never brings back what was deleted (R4).
/// Choose it for sessions that are written rarely, or whole.
///
/// A rotation carries the data along. It carries what stands there, because it expects the version
/// that it read, and reads again after another's write. A store that compares no versions cannot
/// be told so: there, a rotation may carry along data older than that of a concurrent write, which
/// is then lost.
#[derive(Clone, Debug)]
pub struct LastWriteWins {
    store: Arc<dyn SessionStore>,
}

impl LastWriteWins {
    /// Sessions in `store`, without locking. An `Arc` of a store is a store, too.
    pub fn new(store: impl SessionStore) -> Self {
        Self { store: Arc::new(store) }
    }
}

#[async_trait]
impl Strategy for LastWriteWins {
    fn store(&self) -> &dyn SessionStore {
        &self.store
    }

    async fn open(&self, key: &Key) -> Result<Option<Opened>> {
        let Some(snapshot) = self.store.load(key).await? else {
            return Ok(None);
        };
        let store = Arc::clone(&self.store);
        let claim = LastWriteWinsClaim { store, key: key.clone(), seen: snapshot.version.clone() };
        Ok(Some(Opened { snapshot, claim: Box::new(claim) }))
    }

    async fn drain(&self, _: Duration) -> Drained {
        Drained::default()
    }
}

#[derive(Debug)]
struct LastWriteWinsClaim {
    store: Arc<dyn SessionStore>,
    key: Key,
    seen: Version,
}

impl LastWriteWinsClaim {
    /// How often a rotation starts over because another write came between.
    const ROTATIONS: usize = 8;

    async fn try_rotate(&mut self, new: &Key, record: &Record, version: &Version) -> Result<()> {
        let versions = self.store.capabilities().compares_versions();
        let expect = if versions { Expect::version(self.seen.clone()) } else { Expect::PRESENT };
        let rotation = Rotation { record: record.clone(), lease: None };
        self.store.rotate(&self.key, new, &rotation, &expect, version).await?;
        self.key = new.clone();
        self.seen = self.seen.after(version, &record.payload);
        Ok(())
    }

    async fn reload(&mut self) -> Result<Record> {
        let gone = || Error::new(Operation::Rotate, ErrorKind::Gone);
        let snapshot = self.store.load(&self.key).await?.ok_or_else(gone)?;
        self.seen = snapshot.version;
        Ok(snapshot.record)
    }
}

#[async_trait]
impl Claim for LastWriteWinsClaim {
    async fn update(
        self: Box<Self>,
        payload: Payload,
        expires: Timestamp,
        version: &Version,
    ) -> Result<()> {
        let change = Change { payload, expires, lock: LockDisposition::Keep };
        self.store.update(&self.key, &change, &Expect::PRESENT, version).await
    }

    async fn touch(self: Box<Self>, expires: Timestamp) -> Result<()> {
        let touch = Touch { expires, lock: LockDisposition::Keep };
        self.store.touch(&self.key, &touch, &Expect::PRESENT).await
    }

    /// A rotation carries the data along, so it must be the data that stands there: on another
    /// write since, it reads again.
    async fn rotate(&mut self, new: &Key, record: &Record, version: &Version) -> Result<Record> {
        let mut record = record.clone();
        for _ in 1..Self::ROTATIONS {
            match self.try_rotate(new, &record, version).await {
                Err(error) if error.kind() == ErrorKind::Conflict => {
                    let expires = record.expires;
                    record = self.reload().await?;
                    record.expires = expires;
                }
                moved => return moved.map(|()| record),
            }
        }
        self.try_rotate(new, &record, version).await?;
        Ok(record)
    }

    async fn delete(self: Box<Self>) -> Result<Deletion> {
        self.store.delete(&self.key, &Expect::PRESENT).await
    }

    async fn release(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}
