use crate::lock::Lock;
use crate::renewals::Renewal;
use async_trait::async_trait;
use session_core::Result;
use session_core::store::{
    Deletion, Expect, Key, LockDisposition, Record, Rotation, Snapshot, Tag, Touch, Version,
};
use session_core::strategy::{Claim, Write};
use session_core::time::Timestamp;

/// A record that is locked for one handle, and stays so until its last write.
#[derive(Debug)]
pub(crate) struct LockedClaim {
    lock: Lock,
    renewal: Renewal,
    /// The record as it was locked. A rotation keeps its lifetime.
    read: Record,
    /// The version that writes name, too, where the store compares versions.
    ///
    /// The token alone is not enough: other programs may ignore locks, and an acquisition that was
    /// repeated may arrive a second time when its lock was taken over and released. Then a stale
    /// holder's token is on the new holder's data.
    seen: Option<Version>,
}

impl LockedClaim {
    pub(crate) fn new(lock: Lock, snapshot: &Snapshot) -> Self {
        lock.hold();
        let renewal = lock.renewals.start(&lock, &snapshot.record);
        let is_named = lock.store.capabilities().compares_versions();
        let seen = is_named.then(|| snapshot.version.clone());
        Self { lock, renewal, read: snapshot.record.clone(), seen }
    }

    /// The expectation of a write of data.
    fn expect(&self) -> Expect {
        match &self.seen {
            Some(seen) => self.lock.expect().and_version(seen.clone()),
            None => self.lock.expect(),
        }
    }
}

#[async_trait]
impl Claim for LockedClaim {
    async fn update(self: Box<Self>, write: Write, version: &Tag) -> Result<()> {
        let expect = self.expect();
        let Self { lock, renewal: _renewal, .. } = *self;
        let change = write.into_change(LockDisposition::Release);
        let written = lock.store.update(&lock.key, &change, &expect, version).await;
        lock.end(written).await
    }

    /// Touches the session, without a renewal: a touch moves no data and has no race.
    ///
    /// It names the latest expiry that this holder may have written: by that its repetition is
    /// recognized.
    async fn touch(self: Box<Self>, expires: Timestamp) -> Result<()> {
        let Self { lock, renewal, .. } = *self;
        let expires = expires.max(renewal.end());
        let touch = Touch { expires, lock: LockDisposition::Release };
        let written = lock.store.touch(&lock.key, &touch, &lock.expect()).await;
        lock.end(written).await
    }

    async fn rotate(self: Box<Self>, new: &Key, write: Write, version: &Tag) -> Result<()> {
        let expect = self.expect();
        let Self { lock, renewal: _renewal, read, .. } = *self;
        let rotation = Rotation { record: write.into_record(&read) };
        let rotated = lock.store.rotate(&lock.key, new, &rotation, &expect, version).await;
        lock.end(rotated).await
    }

    async fn delete(self: Box<Self>) -> Result<Deletion> {
        let Self { lock, renewal: _renewal, .. } = *self;
        let deleted = lock.store.delete(&lock.key, &Expect::PRESENT).await;
        lock.end(deleted).await
    }

    /// A touch that moves nothing: unlike a bare release, it reports a lost lock.
    async fn release(self: Box<Self>) -> Result<()> {
        self.touch(Timestamp::from_epoch_seconds(0)).await
    }
}
