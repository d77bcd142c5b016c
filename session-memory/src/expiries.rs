use session_core::store::Key;
use session_core::time::{EpochMillis, Timestamp};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The keys of a shard in the order of their expiries.
///
/// It finds expired records without a look at live ones.
#[derive(Debug, Default)]
pub(crate) struct Expiries(BTreeSet<Due>);

impl Expiries {
    /// Files `key`, which must share its text with the entry's.
    pub(crate) fn insert(&mut self, expires: Timestamp, key: &Key) {
        self.0.insert(Due::new(expires, key));
    }

    pub(crate) fn remove(&mut self, expires: Timestamp, key: &Key) {
        self.0.remove(&Due::new(expires, key));
    }

    /// The keys of expired records, the oldest expiry first.
    pub(crate) fn expired(&self, now: EpochMillis) -> impl Iterator<Item = &Key> {
        self.0.iter().take_while(move |due| due.expires.is_over(now)).map(|due| &due.key)
    }
}

/// When the record of a key expires.
///
/// Within one second the order is that of the texts' addresses. They are as unique as the texts,
/// since the entry keeps its own alive, and comparing them reads no text: a text would be a cache
/// miss for every step down the tree.
#[derive(Debug)]
struct Due {
    expires: Timestamp,
    key: Key,
}

impl Due {
    fn new(expires: Timestamp, key: &Key) -> Self {
        Self { expires, key: key.clone() }
    }

    fn rank(&self) -> (Timestamp, *const u8) {
        (self.expires, self.key.as_str().as_ptr())
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Due {}
