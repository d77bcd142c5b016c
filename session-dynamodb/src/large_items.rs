use crate::item::Item;
use crate::layout::Layout;
use parking_lot::Mutex;
use session_core::store::Key;
use std::collections::HashSet;
use std::fmt::{self, Debug, Formatter};

/// Locked items that are so large that waiters ask for them by reads.
///
/// A rejected write is charged by the size of the item, one unit a KB, and a partition has 1,000 of
/// them a second. A read is charged one unit for 4 KB, of 3,000.
#[derive(Default)]
pub(crate) struct LargeItems(Mutex<HashSet<Key>>);

impl LargeItems {
    /// Items beyond this size, in bytes, are large.
    const LARGE: usize = 8 * 1024;
    /// The most that are remembered. Waiters of other items ask by writes.
    const MOST: usize = 1_000;

    /// Whether the item of this key was large when it was last seen.
    pub(crate) fn contains(&self, key: &Key) -> bool {
        self.0.lock().contains(key)
    }

    /// Notes the size of an item that another holds.
    pub(crate) fn note(&self, key: &Key, item: &Item, layout: &Layout) {
        if item.bytes(layout) <= Self::LARGE {
            self.forget(key);
            return;
        }
        let mut large = self.0.lock();
        if large.len() >= Self::MOST && !large.contains(key) {
            large.clear();
        }
        large.insert(key.clone());
    }

    pub(crate) fn forget(&self, key: &Key) {
        self.0.lock().remove(key);
    }
}

impl Debug for LargeItems {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "LargeItems({})", self.0.lock().len())
    }
}
