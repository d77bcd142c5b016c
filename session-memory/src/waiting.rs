use crate::shards::Shards;
use async_trait::async_trait;
use futures_util::task::AtomicWaker;
use hashbrown::HashMap;
use session_core::store::{Key, Watch};
use std::collections::BTreeMap;
use std::fmt::{self, Debug, Formatter};
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

/// The watches on the locks of a shard, by key and number.
///
/// A key has an entry only while somebody watches it. Nobody is woken in here, under the shard's
/// lock: a waker runs the code of an executor, which may drop the very future that waits, and that
/// locks the shard.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    watches: HashMap<Key, BTreeMap<u64, Arc<Signal>>>,
    last_id: u64,
}

impl Waiting {
    /// The signals of all who watch `key`.
    pub(crate) fn signals(&self, key: &Key) -> Vec<Arc<Signal>> {
        let watches = self.watches.get(key);
        watches.map(|watches| watches.values().cloned().collect()).unwrap_or_default()
    }

    fn join(&mut self, key: &Key, signal: Arc<Signal>) -> u64 {
        self.last_id += 1;
        self.watches.entry(key.clone()).or_default().insert(self.last_id, signal);
        self.last_id
    }

    fn leave(&mut self, key: &Key, id: u64) {
        if let Some(watches) = self.watches.get_mut(key) {
            watches.remove(&id);
            if watches.is_empty() {
                self.watches.remove(key);
            }
        }
    }
}

/// Whether a lock may have become free since its watch last reported it.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    is_changed: AtomicBool,
    waker: AtomicWaker,
}

impl Signal {
    pub(crate) fn give(&self) {
        self.is_changed.store(true, Ordering::Release);
        self.waker.wake();
    }

    fn poll(&self, context: &Context<'_>) -> Poll<()> {
        // First the waker, so that a change after the look wakes it.
        self.waker.register(context.waker());
        if self.is_changed.swap(false, Ordering::AcqRel) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// A watch on the lock of one key, until it is dropped.
pub(crate) struct LockWatch {
    shards: Arc<Shards>,
    key: Key,
    id: u64,
    signal: Arc<Signal>,
}

impl LockWatch {
    pub(crate) fn begin(shards: &Arc<Shards>, key: &Key) -> Self {
        let (shards, key, signal) = (Arc::clone(shards), key.clone(), Arc::default());
        let id = shards.lock(shards.hashed(&key)).waiting.join(&key, Arc::clone(&signal));
        Self { shards, key, id, signal }
    }
}

#[async_trait]
impl Watch for LockWatch {
    async fn changed(&mut self) {
        poll_fn(|context| self.signal.poll(context)).await;
    }
}

impl Drop for LockWatch {
    fn drop(&mut self) {
        self.shards.lock(self.shards.hashed(&self.key)).waiting.leave(&self.key, self.id);
    }
}

impl Debug for LockWatch {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LockWatch").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::MemoryStore;
    use session_core::store::{Key, LockingStore};

    #[tokio::test]
    async fn nothing_is_left_of_watches_that_ended() {
        let (store, key) = (MemoryStore::new(), Key::new("a").unwrap());
        let shards = &store.shards;
        let keys = || shards.lock(shards.hashed(&key)).waiting.watches.len();
        let (first, second) = (store.watch(&key).await, store.watch(&key).await);
        assert!(first.is_some() && second.is_some());
        assert_eq!(keys(), 1);
        drop(first);
        assert_eq!(keys(), 1);
        drop(second);
        assert_eq!(keys(), 0);
    }
}
