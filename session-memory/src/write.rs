//! The writes that may need room, and how room is made.
//!
//! Each write is an attempt, atomic under the lock of its shard. It takes its room last, when no
//! other refusal can follow.

use crate::MemoryStore;
use crate::bounds::Footprint;
use crate::entry::Entry;
use crate::error;
use crate::shard::Shard;
use crate::shards::wake;
use parking_lot::Mutex;
use session_core::error::Operation;
use session_core::store::{Change, Expect, Key, LockDisposition, Payload, Record, Version};
use session_core::{ErrorKind, Result};

impl MemoryStore {
    pub(crate) fn try_create(&self, key: &Key, record: &Record, version: &Version) -> Result<()> {
        let (mut shard, now) = self.enter(key);
        self.capabilities.admit_create(key, record, now)?;
        let gained = self.admit_size(Operation::Create, key, &record.payload)?;
        match shard.live(key, now) {
            Some(entry) if entry.is_written_by(version) => return Ok(()),
            Some(_) => return Err(error::already_exists(Operation::Create)),
            None => self.take_room(Operation::Create, shard.footprint(key), gained)?,
        }
        shard.insert(Entry {
            key: key.clone(),
            record: record.clone(),
            version: version.clone(),
            lock: None,
        });
        wake(shard, key);
        Ok(())
    }

    pub(crate) fn try_update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        let (mut shard, now) = self.enter(key);
        self.capabilities.admit_update(key, change, expect, now)?;
        let gained = self.admit_size(Operation::Update, key, &change.payload)?;
        let Some((entry, index)) = shard.live_mut(key, now) else {
            return Err(error::gone(Operation::Update));
        };
        if entry.is_written_by(version) {
            return Ok(());
        }
        entry.admit_write(Operation::Update, expect, now)?;
        self.take_room(Operation::Update, entry.footprint(), gained)?;
        entry.record.payload = change.payload.clone();
        entry.version = version.clone();
        entry.expire_at(change.expires, index);
        // A lock that is not expected has lapsed, or the write would have been refused.
        if expect.as_lock().is_none() || change.lock == LockDisposition::Release {
            entry.lock = None;
            wake(shard, key);
        }
        Ok(())
    }

    /// Makes attempts until there is room for one, or nothing dead is left.
    ///
    /// Between any two the dead of one more shard make room. The next attempt is due even where
    /// none were found: others, who make room at the same time, may have been there first. So
    /// `Full` is said only where the living take all the room.
    pub(crate) fn with_room(&self, attempt: impl Fn() -> Result<()>) -> Result<()> {
        let mut result = attempt();
        for shard in self.shards.iter() {
            match result {
                Err(error) if error.kind() == ErrorKind::Full => self.delete_expired(shard),
                settled => return settled,
            }
            result = attempt();
        }
        result
    }

    /// Removes the dead records of a shard.
    ///
    /// Also those that a lock would spare from collecting: they must not stand in the way of the
    /// living. Between any two the shard is unlocked, so that nobody waits for all of them.
    fn delete_expired(&self, shard: &Mutex<Shard>) {
        loop {
            let mut shard = shard.lock();
            let Some(key) = shard.dead(self.clock.now()).next().cloned() else {
                return;
            };
            self.collect_each(&mut shard, &key);
            wake(shard, &key);
        }
    }

    pub(crate) fn admit_size(
        &self,
        operation: Operation,
        key: &Key,
        payload: &Payload,
    ) -> Result<Footprint> {
        let bytes = Entry::size(key, payload);
        self.capabilities.admit_size(operation, bytes)?;
        Ok(Footprint { records: 1, bytes })
    }

    pub(crate) fn take_room(
        &self,
        operation: Operation,
        freed: Footprint,
        gained: Footprint,
    ) -> Result<()> {
        if self.bounds.exchange(freed, gained) {
            return Ok(());
        }
        Err(error::full(operation))
    }
}
