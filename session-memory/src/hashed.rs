use hashbrown::DefaultHashBuilder;
use session_core::store::Key;
use std::hash::BuildHasher;
use std::ops::Deref;

/// A key with its hash, by which both its shard and its place there are found.
///
/// An operation computes the hash once, and uses it for all calls to a shard.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hashed<'a> {
    key: &'a Key,
    pub(crate) hash: u64,
}

impl<'a> Hashed<'a> {
    /// Hashes `key` as all shards of a store do.
    pub(crate) fn new(key: &'a Key, hasher: &DefaultHashBuilder) -> Self {
        Self { key, hash: hasher.hash_one(key) }
    }
}

impl Deref for Hashed<'_> {
    type Target = Key;

    fn deref(&self) -> &Key {
        self.key
    }
}
