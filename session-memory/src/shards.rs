use crate::hashed::Hashed;
use crate::shard::Shard;
use crate::waiting::Signal;
use hashbrown::DefaultHashBuilder;
use parking_lot::{Mutex, MutexGuard};
use session_core::decision::Counterpart;
use session_core::store::Key;
use std::sync::Arc;

/// All records, in shards, so that operations on different keys seldom meet.
///
/// The hasher is seeded at random for each store, and fast rather than proof against an attacker.
/// A client chooses the keys that it asks for, but not those that are kept.
#[derive(Debug)]
pub(crate) struct Shards {
    shards: Box<[Mutex<Shard>]>,
    hasher: DefaultHashBuilder,
}

impl Shards {
    /// So many shards, or the next power of two.
    pub(crate) fn new(count: usize) -> Self {
        let hasher = DefaultHashBuilder::default();
        let shard = || Mutex::new(Shard::new(hasher.clone()));
        Self {
            shards: std::iter::repeat_with(shard).take(count.next_power_of_two()).collect(),
            hasher,
        }
    }

    /// The key with its hash, for all that the shards are asked about it.
    pub(crate) fn hashed<'a>(&self, key: &'a Key) -> Hashed<'a> {
        Hashed::new(key, &self.hasher)
    }

    pub(crate) fn lock(&self, key: Hashed<'_>) -> MutexGuard<'_, Shard> {
        self.shards[self.place(key)].lock()
    }

    /// Locks the shards of two keys.
    ///
    /// In the order of their places, so that no two rotations wait for each other.
    pub(crate) fn lock_both(&self, source: Hashed<'_>, target: Hashed<'_>) -> Both<'_> {
        let (source, target) = (self.place(source), self.place(target));
        let first = self.shards[source.min(target)].lock();
        let second = (source != target).then(|| self.shards[source.max(target)].lock());
        match second {
            Some(second) if target < source => Both { source: second, target: Some(first) },
            second => Both { source: first, target: second },
        }
    }

    pub(crate) fn get(&self, place: usize) -> Option<&Mutex<Shard>> {
        self.shards.get(place)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Mutex<Shard>> {
        self.shards.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.shards.len()
    }

    /// The shard of `key`, by bits from the middle of its hash.
    ///
    /// The table of the shard goes by the lowest and the highest of the same hash.
    fn place(&self, key: Hashed<'_>) -> usize {
        (key.hash >> 32) as usize & (self.shards.len() - 1)
    }
}

/// The shards of the two keys of a rotation, which may be one.
pub(crate) struct Both<'a> {
    source: MutexGuard<'a, Shard>,
    target: Option<MutexGuard<'a, Shard>>,
}

impl Both<'_> {
    pub(crate) fn source(&mut self) -> &mut Shard {
        &mut self.source
    }

    pub(crate) fn target(&mut self) -> &mut Shard {
        self.target.as_mut().unwrap_or(&mut self.source)
    }

    /// The entries of the two keys as a decision sees them.
    pub(crate) fn rows(
        &self,
        old: Hashed<'_>,
        new: Hashed<'_>,
    ) -> (Counterpart<'_>, Counterpart<'_>) {
        let target = self.target.as_ref().unwrap_or(&self.source);
        (Counterpart::of(self.source.row(old)), Counterpart::of(target.row(new)))
    }

    /// Unlocks both, and then wakes who waits for the lock of either key.
    pub(crate) fn wake(mut self, old: &Key, new: &Key) {
        let old = self.source().waiting.signals(old);
        let new = self.target().waiting.signals(new);
        drop(self);
        give_all(&old);
        give_all(&new);
    }
}

/// Unlocks `shard`, and then wakes who waits for the lock of `key`.
pub(crate) fn wake(shard: MutexGuard<'_, Shard>, key: &Key) {
    let signals = shard.waiting.signals(key);
    drop(shard);
    give_all(&signals);
}

fn give_all(signals: &[Arc<Signal>]) {
    for signal in signals {
        signal.give();
    }
}

#[cfg(test)]
mod tests {
    use super::Shards;
    use session_core::store::Key;
    use std::collections::BTreeSet;

    #[test]
    fn keys_spread_over_all_shards() {
        let shards = Shards::new(4);
        let keys = (0..1_000).map(|number| Key::new(number.to_string()).unwrap());
        let places: BTreeSet<_> = keys.map(|key| shards.place(shards.hashed(&key))).collect();
        assert_eq!(places, BTreeSet::from([0, 1, 2, 3]));
    }
}
