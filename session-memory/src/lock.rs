use crate::MemoryStore;
use crate::error;
use crate::shards::wake;
use crate::waiting::Released;
use async_trait::async_trait;
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{Acquired, Key, LockToken, LockingStore};
use std::time::Duration;

/// What `Busy` and `Locked` say to remain is the time until the lock may be taken over.
///
/// It includes the clock skew, so that who waits for so long does not come too early.
#[async_trait]
impl LockingStore for MemoryStore {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        self.capabilities.admit_lease(Operation::Acquire, key, lease)?;
        let (mut shard, now) = self.enter(key);
        let Some((entry, _)) = shard.live_mut(key, now) else {
            return Ok(Acquired::Absent);
        };
        let remaining = entry.locked_for(now);
        if remaining.is_some() && !entry.is_held_by(token) {
            return Ok(Acquired::Busy { remaining });
        }
        entry.lock(token, self.lapse(now, lease));
        Ok(Acquired::Locked(entry.snapshot()))
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<()> {
        self.capabilities.admit_lease(Operation::Renew, key, lease)?;
        let (mut shard, now) = self.enter(key);
        let Some((entry, _)) = shard.live_mut(key, now) else {
            return Err(error::gone(Operation::Renew));
        };
        if !entry.is_held_by(token) {
            return Err(error::lock_lost(Operation::Renew));
        }
        entry.lock(token, self.lapse(now, lease));
        Ok(())
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.capabilities.admit_key(Operation::Release, key)?;
        let mut shard = self.shards.lock(key);
        // Also from a dead record, which a lock would spare from collecting.
        if let Some((entry, _)) = shard.get_mut(key)
            && entry.is_held_by(token)
        {
            entry.lock = None;
            wake(shard, key);
        }
        Ok(())
    }

    async fn released(&self, key: &Key) {
        Released::new(self, key).await;
    }
}
