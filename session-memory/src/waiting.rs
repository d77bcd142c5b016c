use crate::MemoryStore;
use hashbrown::HashMap;
use session_core::decision;
use session_core::store::Key;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// Who waits for one lock, by ticket.
pub(crate) type Line = BTreeMap<u64, Waker>;

/// Who waits for the locks of a shard.
///
/// A key has a line only while somebody stands in it. Wakers are handed out and never woken or
/// dropped in here, under the shard's lock: they run the code of an executor, which may drop the
/// very future that waits, and that locks the shard.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    lines: HashMap<Key, Line>,
    tickets: u64,
}

impl Waiting {
    /// Takes the whole line, for those who stand in it to be woken.
    pub(crate) fn take(&mut self, key: &Key) -> Line {
        self.lines.remove(key).unwrap_or_default()
    }

    fn draw_ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets
    }

    fn stands(&self, key: &Key, ticket: u64) -> bool {
        let line = self.lines.get(key);
        line.is_some_and(|line| line.contains_key(&ticket))
    }

    fn join(&mut self, key: &Key, ticket: u64, waker: Waker) -> Option<Waker> {
        let line = self.lines.entry(key.clone()).or_default();
        line.insert(ticket, waker)
    }

    fn leave(&mut self, key: &Key, ticket: u64) -> Option<Waker> {
        let line = self.lines.get_mut(key)?;
        let waker = line.remove(&ticket);
        if line.is_empty() {
            self.lines.remove(key);
        }
        waker
    }
}

/// A wait for the lock of a key, over when its ticket is no longer in the line.
///
/// It is over at once if there is no live lock: the one that somebody met may have been released
/// before they could wait for it.
#[derive(Debug)]
pub(crate) struct Released<'a> {
    store: &'a MemoryStore,
    key: &'a Key,
    ticket: Option<u64>,
}

impl<'a> Released<'a> {
    pub(crate) const fn new(store: &'a MemoryStore, key: &'a Key) -> Self {
        Self { store, key, ticket: None }
    }
}

impl Future for Released<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut shard = self.store.shards.lock(self.key);
        let waits = match self.ticket {
            Some(ticket) => shard.waiting.stands(self.key, ticket),
            None => decision::is_locked(shard.row(self.key), &self.store.context()),
        };
        if !waits {
            return Poll::Ready(());
        }
        let ticket = self.ticket.unwrap_or_else(|| shard.waiting.draw_ticket());
        let waker = context.waker().clone();
        let former = shard.waiting.join(self.key, ticket, waker);
        drop(shard);
        drop(former);
        self.ticket = Some(ticket);
        Poll::Pending
    }
}

impl Drop for Released<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            let mut shard = self.store.shards.lock(self.key);
            let waker = shard.waiting.leave(self.key, ticket);
            drop(shard);
            drop(waker);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::MemoryStore;
    use session_core::random::OsRandom;
    use session_core::store::{
        Key, LockToken, LockingStore, Payload, Record, SessionStore, Version,
    };
    use session_core::time::Timestamp;
    use std::task::{Context, Waker};
    use std::time::Duration;

    const LEASE: Duration = Duration::from_secs(30);

    #[tokio::test]
    async fn nothing_is_left_of_a_wait_that_is_given_up() {
        let (store, key, _) = locked().await;
        let keys = || store.shards.lock(&key).waiting.lines.len();
        let mut waits = [store.released(&key), store.released(&key)];
        for wait in &mut waits {
            let polled = wait.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(polled.is_pending());
        }
        let [first, second] = waits;
        assert_eq!(keys(), 1);
        drop(first);
        assert_eq!(keys(), 1);
        drop(second);
        assert_eq!(keys(), 0);
    }

    #[tokio::test]
    async fn nothing_is_left_of_a_wait_that_is_over() {
        let (store, key, token) = locked().await;
        let mut wait = store.released(&key);
        let polled = wait.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
        store.release(&key, &token).await.unwrap();
        wait.await;
        assert_eq!(store.shards.lock(&key).waiting.lines.len(), 0);
    }

    async fn locked() -> (MemoryStore, Key, LockToken) {
        let (store, key) = (MemoryStore::new(), Key::new("a").unwrap());
        let record = Record {
            payload: Payload::text(""),
            expires: Timestamp::from_epoch_seconds(4_000_000_000),
            deadline: None,
        };
        let version = Version::draw(&OsRandom);
        store.create(&key, &record, &version).await.unwrap();
        let token = LockToken::draw(&OsRandom);
        store.acquire(&key, &token, LEASE).await.unwrap();
        (store, key, token)
    }
}
