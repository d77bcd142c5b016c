use session_core::random::OsRandom;
use session_core::store::{
    Acquired, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key, LockDisposition,
    LockToken, LockingStore, Payload, Record, Rotation, SessionStore, Sweep, SweepBudget, Tag,
};
use session_core::time::{EpochMillis, ManualClock, Timestamp};
use session_core::{ErrorKind, Result};
use session_memory::{MemoryStore, MemoryStoreBuilder};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MILLISECOND: Duration = Duration::from_millis(1);
/// A second minus a millisecond.
pub(crate) const ALMOST_A_SECOND: Duration = Duration::from_millis(999);
pub(crate) const LEASE: Duration = Duration::from_secs(30);

const START: u64 = 1_700_000_000;

/// A store and its clock.
pub(crate) struct Bench {
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) clock: ManualClock,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(set: impl FnOnce(MemoryStoreBuilder) -> MemoryStoreBuilder) -> Self {
        let clock = ManualClock::at(EpochMillis::from_epoch_millis(START * 1_000));
        let builder = MemoryStore::builder().clock(clock.clone());
        let store = Arc::new(set(builder).build());
        Self { store, clock }
    }

    pub(crate) fn create(&self, name: &str, record: &Record) -> Result<()> {
        ready(self.store.create(&key(name), record, &version()))
    }

    /// Creates a small record that expires this many seconds after the test's start.
    pub(crate) fn create_for(&self, name: &str, seconds: u64) -> Result<()> {
        self.create(name, &record(seconds, ""))
    }

    pub(crate) fn is_live(&self, name: &str) -> bool {
        let loaded = ready(self.store.load(&key(name), Freshness::AsConfigured));
        loaded.expect("a load works").is_some()
    }

    pub(crate) fn delete(&self, name: &str) -> Deletion {
        let deleted = ready(self.store.delete(&key(name), &Expect::PRESENT));
        deleted.expect("nothing more is expected")
    }

    pub(crate) fn acquire(&self, name: &str, token: &LockToken) -> Acquired {
        let acquired = ready(self.store.acquire(&key(name), token, LEASE));
        acquired.expect("an attempt to lock works")
    }

    /// Creates a locked record that expires under its lock, `seconds` after the start.
    ///
    /// Only a write of the holder can cause that.
    pub(crate) fn create_expiring_locked(&self, name: &str, seconds: u64, token: &LockToken) {
        self.create_for(name, 3_600).expect("there is room");
        self.acquire(name, token);
        let soon = change(seconds, "");
        self.update(name, &soon, &Expect::lock(token.clone())).expect("it is held");
    }

    pub(crate) fn update(&self, name: &str, change: &Change, expect: &Expect) -> Result<()> {
        ready(self.store.update(&key(name), change, expect, &version()))
    }

    pub(crate) fn rotate(&self, old: &str, new: &str, rotation: &Rotation) -> Result<()> {
        let (old, new) = (key(old), key(new));
        ready(self.store.rotate(&old, &new, rotation, &Expect::PRESENT, &version()))
    }

    pub(crate) fn sweep(&self, max_records: usize, from: Option<&Cursor>) -> Sweep {
        let max_records = max_records.try_into().expect("a step examines something");
        let swept = ready(self.store.sweep(&SweepBudget::new(max_records), from));
        swept.expect("the cursor is the store's own")
    }
}

/// The output of a future that is complete when it is first polled.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the operation waits"),
    }
}

pub(crate) fn kind<T>(result: Result<T>) -> ErrorKind {
    match result {
        Ok(_) => panic!("the operation is not rejected"),
        Err(error) => error.kind(),
    }
}

pub(crate) fn key(name: &str) -> Key {
    Key::new(name).expect("a key has a name")
}

pub(crate) fn version() -> Tag {
    Tag::draw(&OsRandom)
}

pub(crate) fn token() -> LockToken {
    LockToken::draw(&OsRandom)
}

/// The time this many seconds after the start of the test.
pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_epoch_seconds(START + seconds)
}

pub(crate) fn record(seconds: u64, text: &str) -> Record {
    Record { payload: Payload::text(text), expires: at(seconds), deadline: None, idle: None }
}

/// The text and expiry of a record, for an update that keeps the lock.
pub(crate) fn change(seconds: u64, text: &str) -> Change {
    Change {
        payload: Payload::text(text),
        expires: at(seconds),
        lifetime: None,
        lock: LockDisposition::Keep,
    }
}

pub(crate) fn rotation(seconds: u64) -> Rotation {
    Rotation { record: record(seconds, "") }
}
