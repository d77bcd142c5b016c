//! A store of one session, whose lock the first caller holds, without a lease.

use async_trait::async_trait;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Capabilities, Change, Deletion, Expect, Freshness, Key, LockToken, LockingStore,
    Payload, Record, Rotation, SessionStore, Snapshot, Tag, Touch, Version, Watch,
};
use session_core::time::{ManualClock, Timestamp};
use session_core::{Error, ErrorKind, Result};
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The requests to the store, each with the time at which it completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Acquired,
    Renewed,
    Released,
}

#[derive(Debug)]
pub(crate) struct OneSession {
    state: Mutex<State>,
    events: Sender<Event>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) holder: Option<LockToken>,
    pub(crate) attempts: Vec<LockToken>,
    /// The time for which the process stops in each of the next attempts.
    pub(crate) stalls: VecDeque<(ManualClock, Duration)>,
}

impl OneSession {
    /// The store and its requests.
    pub(crate) fn new() -> (Self, Receiver<Event>) {
        let (events, seen) = channel();
        (Self { state: Mutex::default(), events }, seen)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, event: Event) {
        // Not every test receives all requests.
        let _ = self.events.send(event);
    }
}

/// The key of the one session.
pub(crate) fn key() -> Key {
    Key::new("a").expect("it is not empty")
}

fn snapshot() -> Snapshot {
    let expires = Timestamp::from_epoch_seconds(4_000_000_000);
    let record = Record { payload: Payload::text("data"), expires, deadline: None, idle: None };
    Snapshot { record, version: Version::NONE }
}

#[async_trait]
impl SessionStore for OneSession {
    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE.with_locking()
    }

    async fn load(&self, _: &Key, _: Freshness) -> Result<Option<Snapshot>> {
        Ok(Some(snapshot()))
    }

    async fn create(&self, _: &Key, _: &Record, _: &Tag) -> Result<()> {
        Err(Error::new(Operation::Create, ErrorKind::AlreadyExists))
    }

    /// Fails every write, so that a lock must be released without one.
    async fn update(&self, _: &Key, _: &Change, _: &Expect, _: &Tag) -> Result<()> {
        Err(Error::new(Operation::Update, ErrorKind::Unavailable))
    }

    async fn touch(&self, _: &Key, _: &Touch, _: &Expect) -> Result<()> {
        Err(Error::new(Operation::Touch, ErrorKind::Unavailable))
    }

    async fn rotate(&self, _: &Key, _: &Key, _: &Rotation, _: &Expect, _: &Tag) -> Result<()> {
        Err(Error::new(Operation::Rotate, ErrorKind::Unsupported))
    }

    async fn delete(&self, _: &Key, _: &Expect) -> Result<Deletion> {
        Err(Error::new(Operation::Delete, ErrorKind::Unavailable))
    }
}

#[async_trait]
impl LockingStore for OneSession {
    async fn acquire(&self, _: &Key, token: &LockToken, _: Duration) -> Result<Acquired> {
        let mut state = self.state();
        state.attempts.push(token.clone());
        if state.holder.as_ref().is_some_and(|holder| holder != token) {
            return Ok(Acquired::Busy { remaining: None });
        }
        state.holder = Some(token.clone());
        if let Some((clock, time)) = state.stalls.pop_front() {
            clock.advance(time);
        }
        self.tell(Event::Acquired);
        Ok(Acquired::Locked(snapshot()))
    }

    async fn renew(&self, _: &Key, _: &LockToken, _: Duration) -> Result<Timestamp> {
        self.tell(Event::Renewed);
        Ok(Timestamp::MAX)
    }

    async fn release(&self, _: &Key, token: &LockToken) -> Result<()> {
        let mut state = self.state();
        if state.holder.as_ref() == Some(token) {
            state.holder = None;
        }
        self.tell(Event::Released);
        Ok(())
    }

    async fn watch(&self, _: &Key) -> Option<Box<dyn Watch>> {
        None
    }
}
