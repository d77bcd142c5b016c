//! Strategies that draw the wrong conclusion from the reply of a renewal.

use crate::rejects;
use crate::verdicts::sound;
use async_trait::async_trait;
use session_core::{
    Acquired, Capabilities, Change, Deletion, Error, ErrorKind, Expect, Key, LockToken,
    LockingStore, Operation, Record, Result, Rotation, SessionStore, Snapshot, Touch, Version,
};
use std::sync::Arc;
use std::time::Duration;

/// A way to the store on which a renewal without a reply is a lock that is lost.
#[derive(Debug)]
struct GivesUpWithoutAReply(Arc<dyn LockingStore>);

#[async_trait]
impl LockingStore for GivesUpWithoutAReply {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        self.0.acquire(key, token, lease).await
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<()> {
        let renewed = self.0.renew(key, token, lease).await;
        renewed.map_err(|_| Error::new(Operation::Renew, ErrorKind::LockLost))
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.0.release(key, token).await
    }

    async fn released(&self, key: &Key) {
        self.0.released(key).await;
    }
}

#[async_trait]
impl SessionStore for GivesUpWithoutAReply {
    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    async fn load(&self, key: &Key) -> Result<Option<Snapshot>> {
        self.0.load(key).await
    }

    async fn create(&self, key: &Key, record: &Record, version: &Version) -> Result<()> {
        self.0.create(key, record, version).await
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        self.0.update(key, change, expect, version).await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.0.touch(key, touch, expect).await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        self.0.rotate(old, new, rotation, expect, version).await
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.0.delete(key, expect).await
    }
}

rejects! {
    gives_up_a_lock_whose_renewal_has_no_reply = |store, options, clock| {
        sound(Arc::new(GivesUpWithoutAReply(store)), options, clock)
    }
    => [
        a_renewal_whose_reply_is_lost_deposes_nobody,
    ];
}
