use parking_lot::Mutex;
use session_core::Key;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The local waiters of every key, each key first in, first out.
///
/// Whoever is at the head of a line asks the store and then holds the lock; all others wait for
/// nothing but the head, which costs no requests.
#[derive(Debug, Default)]
pub(crate) struct Lines(Mutex<HashMap<Key, Arc<Line>>>);

/// The line of one key. Tokio's semaphore serves its waiters in the order in which they came.
#[derive(Debug)]
struct Line {
    head: Arc<Semaphore>,
    hand_overs: AtomicU32,
}

impl Lines {
    /// Waits in the line of `key`, and comes back at its head.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves the line.
    pub(crate) async fn join(self: &Arc<Self>, key: &Key) -> Place {
        let mut place = self.stand_behind(key);
        let head = Arc::clone(&place.line.head);
        place.permit = head.acquire_owned().await.ok();
        place
    }

    fn stand_behind(self: &Arc<Self>, key: &Key) -> Place {
        let mut lines = self.0.lock();
        let line = Arc::clone(lines.entry(key.clone()).or_insert_with(|| {
            let head = Arc::new(Semaphore::new(1));
            Arc::new(Line { head, hand_overs: AtomicU32::new(0) })
        }));
        Place { lines: Arc::clone(self), key: key.clone(), line, permit: None }
    }
}

/// A place in the line of a key, given up when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    lines: Arc<Lines>,
    key: Key,
    line: Arc<Line>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Place {
    /// How many holders in a row hand over to each other before other processes get a chance.
    const HAND_OVERS: u32 = 8;

    /// The references to its line when a place is the last one: the table's and its own.
    const LAST: usize = 2;

    /// Counts this acquisition, and says whether it should be preceded by a pause because too
    /// many before it were handed over locally.
    pub(crate) fn must_pause(&self) -> bool {
        let before = self.line.hand_overs.fetch_add(1, Ordering::Relaxed);
        let pause = before >= Self::HAND_OVERS;
        if pause {
            self.line.hand_overs.store(1, Ordering::Relaxed);
        }
        pause
    }
}

impl Drop for Place {
    /// The next in line moves up, and the last one takes the line away.
    fn drop(&mut self) {
        self.permit = None;
        let mut lines = self.lines.0.lock();
        if let Entry::Occupied(line) = lines.entry(self.key.clone())
            && Arc::strong_count(&self.line) == Self::LAST
        {
            line.remove();
        }
    }
}
