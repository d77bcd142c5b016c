use crate::MemoryStore;
use crate::entry::Entry;
use session_core::Result;
use session_core::decision::{self, Move};
use session_core::error::Operation;
use session_core::store::{Expect, Key, Rotation, Tag};

/// A rotation, as it was asked for.
pub(crate) struct Order<'a> {
    pub(crate) old: &'a Key,
    pub(crate) new: &'a Key,
    pub(crate) rotation: &'a Rotation,
    pub(crate) expect: &'a Expect,
    pub(crate) version: &'a Tag,
}

impl MemoryStore {
    /// Makes one attempt, atomic under the locks of both shards.
    pub(crate) fn try_rotate(&self, order: &Order<'_>) -> Result<()> {
        let &Order { old, new, rotation, expect, version } = order;
        let (old, new) = (self.shards.hashed(old), self.shards.hashed(new));
        let mut both = self.shards.lock_both(old, new);
        let context = self.context();
        self.capabilities.admit_rotate(&old, &new, rotation, expect, context.now)?;
        let gained = self.admit_size(Operation::Rotate, &new, &rotation.record.payload)?;
        let rows = both.rows(old, new);
        if decision::rotate(rows, rotation, expect, version, &context)? == Move::Nothing {
            return Ok(());
        }
        let freed = both.source().footprint(old);
        let freed = freed.and(both.target().footprint(new));
        self.take_room(Operation::Rotate, freed, gained)?;
        both.source().remove(old);
        both.target().insert(new, Entry::new(&new, &rotation.record, version));
        both.wake(&old, &new);
        Ok(())
    }
}
