//! Caches and a map that hold the memory store's own records.
//!
//! They do less: a write neither looks whether the session is still there nor compares versions.
//! Their keys are not those of the requests, which would let a lookup compare addresses alone.

use crate::contender::Subject;
use crate::data::{self, FIRST, HOUR};
use crate::filled::block_on;
use dashmap::DashMap;
use foldhash::fast::RandomState;
use moka::{Expiry, future, sync};
use session_core::random::OsRandom;
use session_core::store::{Key, Snapshot, Tag};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Records expire an hour after their last write, each on its own.
struct AfterAnHour;

impl Expiry<Key, Snapshot> for AfterAnHour {
    fn expire_after_create(&self, _: &Key, _: &Snapshot, _: Instant) -> Option<Duration> {
        Some(HOUR)
    }

    fn expire_after_update(
        &self,
        _: &Key,
        _: &Snapshot,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(HOUR)
    }
}

/// A cache for threads.
pub(super) struct SyncCache {
    cache: sync::Cache<Key, Snapshot>,
    keys: Vec<Key>,
}

impl SyncCache {
    pub(super) fn new(sessions: usize) -> Self {
        let cache = sync::Cache::builder().expire_after(AfterAnHour).build();
        for session in 0..sessions {
            cache.insert(data::key(session), first(session));
        }
        cache.run_pending_tasks();
        let keys = (0..sessions).map(data::key).collect();
        Self { cache, keys }
    }

    fn load(&self, session: usize) -> Snapshot {
        let cached = self.cache.get(&self.keys[session]);
        cached.expect("no session expires so soon")
    }
}

impl Subject for SyncCache {
    async fn read(&self, session: usize) {
        black_box(self.load(session));
    }

    async fn write(&self, session: usize, stamp: u64) {
        let next = next(&self.load(session), stamp);
        self.cache.insert(self.keys[session].clone(), next);
    }
}

/// A cache for tasks.
pub(super) struct FutureCache {
    cache: future::Cache<Key, Snapshot>,
    keys: Vec<Key>,
}

impl FutureCache {
    pub(super) fn new(sessions: usize) -> Self {
        let cache = future::Cache::builder().expire_after(AfterAnHour).build();
        block_on(async {
            for session in 0..sessions {
                cache.insert(data::key(session), first(session)).await;
            }
            cache.run_pending_tasks().await;
        });
        let keys = (0..sessions).map(data::key).collect();
        Self { cache, keys }
    }

    async fn load(&self, session: usize) -> Snapshot {
        let cached = self.cache.get(&self.keys[session]).await;
        cached.expect("no session expires so soon")
    }
}

impl Subject for FutureCache {
    async fn read(&self, session: usize) {
        black_box(self.load(session).await);
    }

    async fn write(&self, session: usize, stamp: u64) {
        let next = next(&self.load(session).await, stamp);
        self.cache.insert(self.keys[session].clone(), next).await;
    }
}

/// A map alone, in which nothing expires: what a store in memory can reach.
pub(super) struct Map {
    map: DashMap<Key, Snapshot, RandomState>,
    keys: Vec<Key>,
}

impl Map {
    pub(super) fn new(sessions: usize) -> Self {
        let map = DashMap::with_hasher(RandomState::default());
        for session in 0..sessions {
            map.insert(data::key(session), first(session));
        }
        let keys = (0..sessions).map(data::key).collect();
        Self { map, keys }
    }

    fn load(&self, session: usize) -> Snapshot {
        let found = self.map.get(&self.keys[session]);
        found.expect("nothing is ever removed").clone()
    }
}

impl Subject for Map {
    async fn read(&self, session: usize) {
        black_box(self.load(session));
    }

    async fn write(&self, session: usize, stamp: u64) {
        let next = next(&self.load(session), stamp);
        self.map.insert(self.keys[session].clone(), next);
    }
}

fn first(session: usize) -> Snapshot {
    Snapshot { record: data::record(session), version: FIRST.into() }
}

fn next(seen: &Snapshot, stamp: u64) -> Snapshot {
    let mut record = seen.record.clone();
    record.payload = data::changed(&record.payload, stamp);
    record.expires = data::in_an_hour();
    let version = Tag::draw(&OsRandom).into();
    Snapshot { record, version }
}
