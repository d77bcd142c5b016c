use crate::MemoryStore;
use crate::entry::Entry;
use crate::error;
use crate::shards::Both;
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{Expect, Key, Rotation, Version};
use session_core::time::EpochMillis;

/// A rotation, as it was asked for.
pub(crate) struct Move<'a> {
    pub(crate) old: &'a Key,
    pub(crate) new: &'a Key,
    pub(crate) rotation: &'a Rotation,
    pub(crate) expect: &'a Expect,
    pub(crate) version: &'a Version,
}

impl MemoryStore {
    /// Makes one attempt, atomic under the locks of both shards.
    pub(crate) fn try_rotate(&self, order: &Move<'_>) -> Result<()> {
        let &Move { old, new, rotation, expect, version } = order;
        let mut both = self.shards.lock_both(old, new);
        let now = self.clock.now();
        self.capabilities.admit_rotate(old, new, rotation, expect, now)?;
        let gained = self.admit_size(Operation::Rotate, new, &rotation.record.payload)?;
        if order.is_done(&mut both, now) {
            return Ok(());
        }
        order.admit(&mut both, now)?;
        let freed = both.source().footprint(old);
        let freed = freed.and(both.target().footprint(new));
        self.take_room(Operation::Rotate, freed, gained)?;
        both.source().remove(old);
        both.target().insert(Entry {
            key: new.clone(),
            record: rotation.record.clone(),
            version: version.clone(),
            lock: None,
        });
        both.wake(old, new);
        Ok(())
    }
}

impl Move<'_> {
    /// Whether this very rotation was carried out before, and is repeated (R11).
    fn is_done(&self, both: &mut Both<'_>, now: EpochMillis) -> bool {
        let standing = both.target().live(self.new, now);
        standing.is_some_and(|entry| entry.is_written_by(self.version))
    }

    fn admit(&self, both: &mut Both<'_>, now: EpochMillis) -> Result<()> {
        let Some(leaving) = both.source().live(self.old, now) else {
            return Err(error::gone(Operation::Rotate));
        };
        leaving.admit_write(Operation::Rotate, self.expect, now)?;
        match both.target().live(self.new, now) {
            Some(_) => Err(error::already_exists(Operation::Rotate)),
            None => Ok(()),
        }
    }
}
