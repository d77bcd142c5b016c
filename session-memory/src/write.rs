//! The writes that may need room, and how room is made.
//!
//! Each write is an attempt, atomic under the lock of its shard. It takes its room last, when no
//! other rejection can follow.

use crate::MemoryStore;
use crate::bounds::Footprint;
use crate::entry::Entry;
use crate::error;
use crate::shard::Shard;
use crate::shards::wake;
use parking_lot::Mutex;
use session_core::decision::{self, Effect};
use session_core::error::Operation;
use session_core::store::{Change, Expect, Key, Payload, Record, Tag};
use session_core::{ErrorKind, Result};

impl MemoryStore {
    pub(crate) fn try_create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        let key = self.shards.hashed(key);
        let mut shard = self.shards.lock(key);
        let context = self.context();
        self.capabilities.admit_create(&key, record, context.now)?;
        let gained = self.admit_size(Operation::Create, &key, &record.payload)?;
        let effect = decision::create(shard.row(key), record, version, &context)?;
        if matches!(effect, Effect::Nothing) {
            return Ok(());
        }
        self.take_room(Operation::Create, shard.footprint(key), gained)?;
        shard.insert(key, Entry::new(&key, record, version));
        wake(shard, &key);
        Ok(())
    }

    pub(crate) fn try_update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let key = self.shards.hashed(key);
        let mut shard = self.shards.lock(key);
        let context = self.context();
        self.capabilities.admit_update(&key, change, expect, context.now)?;
        let gained = self.admit_size(Operation::Update, &key, &change.payload)?;
        let found = shard.get_mut(key);
        let row = found.as_ref().map(|(entry, _)| entry.row());
        let effect = decision::update(row, change, expect, version, &context)?;
        let (Effect::Patch(patch), Some((entry, index))) = (effect, found) else {
            return Ok(());
        };
        self.take_room(Operation::Update, entry.footprint(), gained)?;
        entry.apply(&patch, index);
        if entry.lock.is_none() {
            wake(shard, &key);
        }
        Ok(())
    }

    /// Makes attempts until there is room for one, or no expired record is left.
    ///
    /// Between any two, the expired records of one more shard are removed. The next attempt is due even where
    /// none were found: others, who make room at the same time, may have been there first. So
    /// It is `Full` only if live records take all the room.
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

    /// Removes the expired records of a shard.
    ///
    /// Also those that a lock would spare from collecting: they must not prevent writes of
    /// live records. Between any two the shard is unlocked, so that no call waits for all of them.
    fn delete_expired(&self, shard: &Mutex<Shard>) {
        loop {
            let mut shard = shard.lock();
            let Some(key) = shard.expired(self.clock.now()).next().cloned() else {
                return;
            };
            let hashed = shard.hashed(&key);
            self.collect_each(&mut shard, hashed);
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
