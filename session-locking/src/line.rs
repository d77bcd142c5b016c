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
        if let Some(line) = &place.line {
            place.permit = Arc::clone(&line.head).acquire_owned().await.ok();
        }
        place
    }

    fn stand_behind(self: &Arc<Self>, key: &Key) -> Place {
        let mut lines = self.0.lock();
        let line = Arc::clone(lines.entry(key.clone()).or_insert_with(|| {
            let head = Arc::new(Semaphore::new(1));
            Arc::new(Line { head, hand_overs: AtomicU32::new(0) })
        }));
        Place { lines: Arc::clone(self), key: key.clone(), line: Some(line), permit: None }
    }
}

/// A place in the line of a key, given up when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    lines: Arc<Lines>,
    key: Key,
    /// Some until the place is given up.
    line: Option<Arc<Line>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Place {
    /// How many holders in a row hand over to each other before other processes get a chance.
    const HAND_OVERS: u32 = 8;

    /// Counts this hand-over, and says whether it should be preceded by a pause because too many
    /// came before it.
    pub(crate) fn must_pause(&self) -> bool {
        let Some(line) = &self.line else { return false };
        let pause = line.hand_overs.fetch_add(1, Ordering::Relaxed) >= Self::HAND_OVERS;
        if pause {
            line.hand_overs.store(1, Ordering::Relaxed);
        }
        pause
    }

    /// Begins to count anew, because another process had the lock in between.
    pub(crate) fn forget_hand_overs(&self) {
        if let Some(line) = &self.line {
            line.hand_overs.store(0, Ordering::Relaxed);
        }
    }
}

impl Drop for Place {
    /// The next in line moves up, and the last one takes the line away.
    fn drop(&mut self) {
        self.permit = None;
        let mut lines = self.lines.0.lock();
        // While the table is locked nobody joins, so the references can be counted.
        self.line = None;
        if let Entry::Occupied(line) = lines.entry(self.key.clone())
            && Arc::strong_count(line.get()) == 1
        {
            line.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use session_core::Key;
    use std::sync::Arc;

    #[tokio::test]
    async fn a_line_is_there_as_long_as_somebody_stands_in_it() {
        let lines = Arc::<Lines>::default();
        let key = Key::new("a").unwrap();
        let first = lines.join(&key).await;
        let second = tokio::spawn({
            let (lines, key) = (Arc::clone(&lines), key.clone());
            async move { lines.join(&key).await }
        });
        tokio::task::yield_now().await;
        drop(first);
        let second = second.await.unwrap();
        assert_eq!(lines.0.lock().len(), 1);
        drop(second);
        assert_eq!(lines.0.lock().len(), 0);
    }

    #[tokio::test]
    async fn who_leaves_the_line_before_its_turn_leaves_nothing() {
        let lines = Arc::<Lines>::default();
        let key = Key::new("a").unwrap();
        let head = lines.join(&key).await;
        let waiter = tokio::spawn({
            let (lines, key) = (Arc::clone(&lines), key.clone());
            async move { drop(lines.join(&key).await) }
        });
        tokio::task::yield_now().await;
        waiter.abort();
        assert!(waiter.await.unwrap_err().is_cancelled());
        drop(head);
        assert_eq!(lines.0.lock().len(), 0);
    }
}
