use crate::bounds::Footprint;
use crate::entry::Entry;
use crate::expiries::Expiries;
use crate::hashed::Hashed;
use crate::waiting::Waiting;
use hashbrown::{DefaultHashBuilder, HashTable};
use session_core::decision::Row;
use session_core::store::Key;
use session_core::time::EpochMillis;
use std::hash::BuildHasher;

/// A part of the records, with the index of their expiries, which it keeps in step.
///
/// Records stand in boxes: the table keeps spare room for growth, and a spare pointer costs less
/// than a spare record.
#[derive(Debug)]
pub(crate) struct Shard {
    entries: HashTable<Box<Entry>>,
    hasher: DefaultHashBuilder,
    expiries: Expiries,
    pub(crate) waiting: Waiting,
}

impl Shard {
    pub(crate) fn new(hasher: DefaultHashBuilder) -> Self {
        Self {
            entries: HashTable::new(),
            hasher,
            expiries: Expiries::default(),
            waiting: Waiting::default(),
        }
    }

    /// The key with its hash, for one that does not come from the shards.
    pub(crate) fn hashed<'a>(&self, key: &'a Key) -> Hashed<'a> {
        Hashed::new(key, &self.hasher)
    }

    /// The entry of `key`, live or expired.
    pub(crate) fn get(&self, key: Hashed<'_>) -> Option<&Entry> {
        let entry = self.entries.find(key.hash, |entry| entry.key == *key)?;
        Some(entry)
    }

    /// The entry of `key`, live or expired, and the index, for a new expiry.
    pub(crate) fn get_mut(&mut self, key: Hashed<'_>) -> Option<(&mut Entry, &mut Expiries)> {
        let entry = self.entries.find_mut(key.hash, |entry| entry.key == *key)?;
        Some((entry, &mut self.expiries))
    }

    /// The entry of `key` as a decision sees it, live or expired.
    pub(crate) fn row(&self, key: Hashed<'_>) -> Option<Row<'_>> {
        self.get(key).map(Entry::row)
    }

    /// The size of the entry of `key`, live or expired, or nothing.
    pub(crate) fn footprint(&self, key: Hashed<'_>) -> Footprint {
        self.get(key).map_or(Footprint::NOTHING, Entry::footprint)
    }

    /// The keys of expired records, the oldest expiry first.
    pub(crate) fn expired(&self, now: EpochMillis) -> impl Iterator<Item = &Key> {
        self.expiries.expired(now)
    }

    /// Files the entry of `key`, in place of the one that is there.
    pub(crate) fn insert(&mut self, key: Hashed<'_>, entry: Entry) {
        self.remove(key);
        let Self { entries, hasher, .. } = self;
        self.expiries.insert(entry.record.expires, &entry.key);
        entries.insert_unique(key.hash, Box::new(entry), |entry| hasher.hash_one(&entry.key));
    }

    pub(crate) fn remove(&mut self, key: Hashed<'_>) -> Option<Box<Entry>> {
        let found = self.entries.find_entry(key.hash, |entry| entry.key == *key);
        let (entry, _) = found.ok()?.remove();
        self.expiries.remove(entry.record.expires, &entry.key);
        Some(entry)
    }
}
