//! Repeats one operation of the memory store, for a tool that counts instructions.
//!
//! Take two runs with different counts. An operation costs the difference of their instructions
//! divided by the difference of their counts, because both runs prepare the same sessions. No two
//! operations run at once, and none waits for a lock.

use clap::{Parser, ValueEnum};
use serde::{Deserialize, Serialize};
use session_benches::{HOUR, id, key, payload};
use session_core::codec::RawString;
use session_core::random::OsRandom;
use session_core::sections::{JsonSections, Section};
use session_core::store::{
    Change, Expect, Freshness, Key, LockDisposition, LockToken, LockingStore, Record, SessionStore,
    Tag,
};
use session_core::strategy::Strategy;
use session_core::time::{Clock, SystemClock};
use session_core::{Optimistic, Result, Sessions};
use session_locking::Pessimistic;
use session_memory::MemoryStore;
use std::hint::black_box;

/// How many sessions take turns.
const SESSIONS: usize = 1000;

/// Makes an operation of the memory store.
#[derive(Debug, Parser)]
struct Args {
    operation: Operation,
    count: usize,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Operation {
    /// `load`
    Load,
    /// `update`, which neither expects a version nor moves the expiry
    Update,
    /// `acquire` and `release`
    Lock,
    /// A session that is opened, changed and committed under `Optimistic`
    Optimistic,
    /// The same under `Pessimistic`
    Pessimistic,
    /// A session of twenty sections, of which two are decoded
    ReadSections,
    /// The same, of which one is decoded and another is changed and stored
    WriteSections,
    /// Nothing, for the cost of the program itself
    Nothing,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let Args { operation, count } = Args::parse();
    let crowd = Crowd::gather().await?;
    match operation {
        Operation::Load => crowd.load(count).await,
        Operation::Update => crowd.update(count).await,
        Operation::Lock => crowd.lock(count).await,
        Operation::Optimistic => commit(Optimistic::new(MemoryStore::new()), count).await,
        Operation::Pessimistic => commit(Pessimistic::new(MemoryStore::new()), count).await,
        Operation::ReadSections => in_sections(crowd.store, count, false).await,
        Operation::WriteSections => in_sections(crowd.store, count, true).await,
        Operation::Nothing => {
            for turn in crowd.turns(count) {
                black_box(turn);
            }
            Ok(())
        }
    }
}

/// The string under the name of a field.
#[derive(Deserialize, Serialize)]
struct Text<const FIELD: usize>(String);

impl Section for Text<3> {
    const NAME: &'static str = "field_03";
}

impl Section for Text<17> {
    const NAME: &'static str = "field_17";
}

/// Opens so many times a session in sections, for reading or for one change.
async fn in_sections(store: MemoryStore, count: usize, writes: bool) -> Result<()> {
    let (strategy, codec) = (Optimistic::new(store), JsonSections::new());
    let sessions = Sessions::builder(strategy, codec).build()?;
    for turn in 0..count {
        let id = id(turn % SESSIONS);
        if writes {
            let mut session = sessions.open(Some(&id)).await?;
            black_box(session.data().get::<Text<3>>()?);
            session.data_mut().set(&Text::<17>(turn.to_string()))?;
            let _ = black_box(session.commit().await?);
        } else {
            let session = sessions.read(Some(&id)).await?;
            black_box(session.data().get::<Text<3>>()?);
            black_box(session.data().get::<Text<17>>()?);
            let _ = black_box(session.close().await?);
        }
    }
    Ok(())
}

/// Opens, changes and commits so many times, each time another session.
async fn commit(strategy: impl Strategy, count: usize) -> Result<()> {
    let sessions = Sessions::<String>::builder(strategy, RawString::new()).build()?;
    let mut ids = Vec::with_capacity(SESSIONS);
    for _ in 0..SESSIONS {
        let mut session = sessions.open(None).await?;
        session.data_mut().push_str("new");
        ids.extend(session.commit().await?.id().cloned());
    }
    for (turn, id) in (0..count).zip(ids.iter().cycle()) {
        let mut session = sessions.open(Some(id.secret())).await?;
        let data = session.data_mut();
        data.clear();
        data.push_str(if (turn / SESSIONS).is_multiple_of(2) { "even" } else { "odd" });
        let _ = black_box(session.commit().await?);
    }
    Ok(())
}

/// A store with its sessions, and what is written to them.
struct Crowd {
    store: MemoryStore,
    keys: Vec<Key>,
    change: Change,
}

impl Crowd {
    async fn gather() -> Result<Self> {
        let store = MemoryStore::new();
        let expires = SystemClock.now().timestamp().saturating_add(HOUR);
        for session in 0..SESSIONS {
            let record = Record { payload: payload(session), expires, deadline: None, idle: None };
            store.create(&key(session), &record, &Tag::draw(&OsRandom)).await?;
        }
        // Not the keys that the store keeps, which would be compared by their addresses.
        let keys = (0..SESSIONS).map(key).collect();
        let change =
            Change { payload: payload(0), expires, lifetime: None, lock: LockDisposition::Keep };
        Ok(Self { store, keys, change })
    }

    /// The key of each operation, and bytes that no other has.
    fn turns(&self, count: usize) -> impl Iterator<Item = (&Key, [u8; 16])> {
        let bytes = (1..=count as u128).map(u128::to_ne_bytes);
        self.keys.iter().cycle().zip(bytes)
    }

    async fn load(&self, count: usize) -> Result<()> {
        for (key, _) in self.turns(count) {
            black_box(self.store.load(key, Freshness::AsConfigured).await?);
        }
        Ok(())
    }

    async fn update(&self, count: usize) -> Result<()> {
        for (key, bytes) in self.turns(count) {
            let tag = Tag::from_bytes(bytes);
            self.store.update(key, &self.change, &Expect::PRESENT, &tag).await?;
        }
        Ok(())
    }

    async fn lock(&self, count: usize) -> Result<()> {
        let token = LockToken::draw(&OsRandom);
        for (key, _) in self.turns(count) {
            black_box(self.store.acquire(key, &token, HOUR).await?);
            self.store.release(key, &token).await?;
        }
        Ok(())
    }
}
