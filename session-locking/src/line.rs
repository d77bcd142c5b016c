use parking_lot::Mutex;
use session_core::Key;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;
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
    run: Mutex<Run>,
}

/// Holders of this process that followed each other, with no chance for another process.
#[derive(Debug, Default)]
struct Run {
    holders: u32,
    since: Duration,
}

impl Run {
    /// How many holders there are in a run, at least, before others get a chance.
    const HOLDERS: u32 = 8;
    /// How long a run lasts, at least, in the pauses that follow it: of the time of the lock,
    /// pauses take a sixth at most.
    const PAUSES: u32 = 5;

    /// Counts a holder who comes at `now`, and says whether the run ends before it with a pause of
    /// this length.
    fn ends(&mut self, now: Duration, pause: Duration) -> bool {
        if self.holders == 0 {
            self.since = now;
        }
        let lasted = now.saturating_sub(self.since);
        let ends = self.holders >= Self::HOLDERS && lasted >= pause * Self::PAUSES;
        if ends {
            *self = Self { holders: 0, since: now + pause };
        }
        self.holders += 1;
        ends
    }
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
            Arc::new(Line { head, run: Mutex::default() })
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
    /// Counts this holder, who comes at `now`, and says whether a pause must come before it, so
    /// that other processes get a chance.
    pub(crate) fn must_pause(&self, now: Duration, pause: Duration) -> bool {
        self.line.as_ref().is_some_and(|line| line.run.lock().ends(now, pause))
    }

    /// Begins a new run with this holder, because another process has the lock at `now`.
    pub(crate) fn begin_run(&self, now: Duration) {
        if let Some(line) = &self.line {
            *line.run.lock() = Run { holders: 1, since: now };
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
    use super::{Lines, Run};
    use session_core::Key;
    use std::sync::Arc;
    use std::time::Duration;

    const PAUSE: Duration = Duration::from_millis(50);

    /// Before which of a hundred holders there is a pause, each of whom holds for this long.
    fn pauses(hold: Duration) -> Vec<u32> {
        let (mut run, mut now) = (Run::default(), Duration::from_secs(7));
        let mut pauses = Vec::new();
        for holder in 1..=100 {
            if run.ends(now, PAUSE) {
                pauses.push(holder);
                now += PAUSE;
            }
            now += hold;
        }
        pauses
    }

    #[test]
    fn a_run_ends_after_eight_holders_if_they_held_for_long() {
        assert_eq!(pauses(PAUSE)[..3], [9, 17, 25]);
        assert_eq!(pauses(Duration::from_secs(1))[..3], [9, 17, 25]);
    }

    #[test]
    fn a_run_ends_after_five_pauses_if_its_holders_were_quick() {
        assert_eq!(pauses(PAUSE / 5), [26, 51, 76]);
        assert!(pauses(Duration::ZERO).is_empty());
    }

    #[tokio::test]
    async fn a_run_begins_anew_where_another_process_has_the_lock() {
        let lines = Arc::<Lines>::default();
        let place = lines.join(&Key::new("a").unwrap()).await;
        let holder = |number: u32| place.must_pause(PAUSE * number, PAUSE);
        assert!(!(0..8).any(holder));
        place.begin_run(PAUSE * 8);
        assert!(!(9..16).any(holder));
        assert!(holder(16));
    }

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
