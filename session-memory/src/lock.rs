use crate::MemoryStore;
use crate::shards::wake;
use crate::waiting::LockWatch;
use async_trait::async_trait;
use session_core::Result;
use session_core::decision::{self, Decision, Effect};
use session_core::error::Operation;
use session_core::store::{Acquired, Key, LockToken, LockingStore, Watch};
use session_core::time::Timestamp;
use std::time::Duration;

#[async_trait]
impl LockingStore for MemoryStore {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        self.capabilities.admit_lease(Operation::Acquire, key, lease)?;
        let key = self.shards.hashed(key);
        let mut shard = self.shards.lock(key);
        let context = self.context();
        let found = shard.get_mut(key);
        let row = found.as_ref().map(|(entry, _)| entry.row());
        let Decision { answer, effect } = decision::acquire(row, token, lease, &context);
        if let (Effect::Patch(patch), Some((entry, index))) = (effect, found) {
            entry.apply(&patch, index);
        }
        Ok(answer)
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        self.capabilities.admit_lease(Operation::Renew, key, lease)?;
        let key = self.shards.hashed(key);
        let mut shard = self.shards.lock(key);
        let context = self.context();
        let found = shard.get_mut(key);
        let row = found.as_ref().map(|(entry, _)| entry.row());
        let Decision { answer: expires, effect } = decision::renew(row, token, lease, &context)?;
        if let (Effect::Patch(patch), Some((entry, index))) = (effect, found) {
            entry.apply(&patch, index);
        }
        Ok(expires)
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.capabilities.admit_key(Operation::Release, key)?;
        let key = self.shards.hashed(key);
        let mut shard = self.shards.lock(key);
        let found = shard.get_mut(key);
        let effect = decision::release(found.as_ref().map(|(entry, _)| entry.row()), token);
        if let (Effect::Patch(patch), Some((entry, index))) = (effect, found) {
            entry.apply(&patch, index);
            wake(shard, &key);
        }
        Ok(())
    }

    async fn watch(&self, key: &Key) -> Option<Box<dyn Watch>> {
        Some(Box::new(LockWatch::begin(&self.shards, key)))
    }
}
