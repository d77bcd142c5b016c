//! The first renewal of each lock, which one task per runtime waits for.
//!
//! Most locks are released long before they are renewed. So a lock begins as an entry in a queue,
//! and gets a task of its own when its first renewal is due.

use crate::background;
use crate::latest_expiry::LatestExpiry;
use crate::lock::Lock;
use crate::renewal::RenewalTask;
use futures_util::future::select;
use hashbrown::HashMap;
use parking_lot::Mutex;
use session_core::store::Record;
use session_core::time::{Timer, Timestamp};
use std::collections::BTreeMap;
use std::mem;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Handle, Id};
use tokio::sync::Notify;
use tokio::task::AbortHandle;

/// The renewals of a strategy and its clones, by the runtime on which they run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Renewals(Arc<Mutex<HashMap<Id, Queue<RenewalTask>>>>);

#[derive(Debug)]
struct Queue<T> {
    /// Those whose first renewal is not due yet.
    waiting: BTreeMap<EntryId, T>,
    running: HashMap<EntryId, AbortHandle>,
    /// How many entries were added.
    added: u64,
    is_scheduled: bool,
    /// When the scheduler wakes up.
    wakes_at: Duration,
    wake: Arc<Notify>,
}

/// When the first renewal is due, and a number.
type EntryId = (Duration, u64);

/// The renewal of a lease in the background, until it is dropped.
#[derive(Debug)]
pub(crate) struct Renewal {
    renewals: Renewals,
    runtime: Id,
    entry: EntryId,
    expiry: LatestExpiry,
    timer: Arc<dyn Timer>,
}

impl Renewals {
    /// Renews the lease of `lock`, which protects `record`.
    ///
    /// The lease counts from the time at which the lock was acquired.
    pub(crate) fn start(&self, lock: &Lock, record: &Record) -> Renewal {
        let expiry = LatestExpiry::new(record, lock.leased);
        let task = RenewalTask::new(lock, expiry.clone());
        let (runtime, timer) = (lock.runtime.id(), Arc::clone(&lock.timer));
        let mut queues = self.0.lock();
        let queue = queues.entry(runtime).or_insert_with(Queue::new);
        let entry = queue.add(task.first_due(), task);
        let is_scheduled = mem::replace(&mut queue.is_scheduled, true);
        drop(queues);
        if !is_scheduled {
            let (renewals, runtime) = (self.clone(), lock.runtime.clone());
            let scheduler = Scheduler { renewals, runtime, timer, has_ended: false };
            drop(background::spawn(&lock.runtime, scheduler.run()));
        }
        Renewal { renewals: self.clone(), runtime, entry, expiry, timer: Arc::clone(&lock.timer) }
    }
}

impl<T> Queue<T> {
    fn new() -> Self {
        let (waiting, running, wake) = (BTreeMap::new(), HashMap::new(), Arc::default());
        Self { waiting, running, added: 0, is_scheduled: false, wakes_at: Duration::ZERO, wake }
    }

    /// Adds a task that starts at `due`, and wakes the scheduler if it sleeps longer.
    fn add(&mut self, due: Duration, task: T) -> EntryId {
        self.added += 1;
        let entry = (due, self.added);
        self.waiting.insert(entry, task);
        if due < self.wakes_at {
            self.wake.notify_one();
        }
        entry
    }

    /// The scheduler's next wake-up and its notifier, or `None` if nothing waits.
    fn next_wake(&mut self) -> Option<(Duration, Arc<Notify>)> {
        let (&(due, _), _) = self.waiting.first_key_value()?;
        self.wakes_at = due;
        Some((due, Arc::clone(&self.wake)))
    }

    /// Takes a task that is due at `now`.
    fn take_due(&mut self, now: Duration) -> Option<(EntryId, T)> {
        let first = self.waiting.first_entry()?;
        (first.key().0 <= now).then(|| first.remove_entry())
    }
}

impl Renewal {
    /// Ends the renewal, and returns the latest expiry that the holder may have set.
    pub(crate) fn end(self) -> Timestamp {
        self.stop();
        self.expiry.at(self.timer.elapsed())
    }

    fn stop(&self) {
        let mut queues = self.renewals.0.lock();
        let Some(queue) = queues.get_mut(&self.runtime) else { return };
        if let Some(waiting) = queue.waiting.remove(&self.entry) {
            drop(queues);
            drop(waiting);
        } else if let Some(running) = queue.running.remove(&self.entry) {
            drop(queues);
            running.abort();
        }
    }
}

impl Drop for Renewal {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The task that starts the renewals that are due, on one runtime.
struct Scheduler {
    renewals: Renewals,
    runtime: Handle,
    timer: Arc<dyn Timer>,
    has_ended: bool,
}

impl Scheduler {
    /// Runs until nothing waits any more.
    async fn run(mut self) {
        while let Some((due, wake)) = self.next() {
            let sleep = self.timer.sleep(due.saturating_sub(self.timer.elapsed()));
            select(sleep, pin!(wake.notified())).await;
            self.start_what_is_due();
        }
    }

    /// The time of the next renewal and a notifier, or `None` if nothing waits.
    fn next(&mut self) -> Option<(Duration, Arc<Notify>)> {
        let runtime = self.runtime.id();
        let mut queues = self.renewals.0.lock();
        let queue = queues.get_mut(&runtime)?;
        if let Some(wake) = queue.next_wake() {
            return Some(wake);
        }
        queue.is_scheduled = false;
        if queue.running.is_empty() {
            queues.remove(&runtime);
        }
        self.has_ended = true;
        None
    }

    fn start_what_is_due(&self) {
        let now = self.timer.elapsed();
        let mut queues = self.renewals.0.lock();
        let Some(queue) = queues.get_mut(&self.runtime.id()) else { return };
        while let Some((entry, task)) = queue.take_due(now) {
            let running = background::spawn(&self.runtime, task.run()).abort_handle();
            queue.running.insert(entry, running);
        }
    }
}

impl Drop for Scheduler {
    /// Drops the renewals of a runtime that ends, which could only run there.
    fn drop(&mut self) {
        if !self.has_ended {
            let queue = self.renewals.0.lock().remove(&self.runtime.id());
            drop(queue);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;
    use futures_util::FutureExt;
    use std::time::Duration;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn tasks_start_when_they_are_due() {
        let mut queue = Queue::new();
        queue.add(SECOND * 3, "third");
        queue.add(SECOND, "first");
        queue.add(SECOND, "second");
        assert_eq!(queue.take_due(SECOND / 2), None);
        let taken = [SECOND, SECOND, SECOND].map(|now| queue.take_due(now).map(|(_, task)| task));
        assert_eq!(taken, [Some("first"), Some("second"), None]);
        assert_eq!(queue.next_wake().map(|(due, _)| due), Some(SECOND * 3));
    }

    /// An attempt to lock that took long began before another that was quick.
    #[test]
    fn a_task_that_is_due_earlier_wakes_the_scheduler() {
        for (due, wakes) in [(SECOND * 4, false), (SECOND * 3, false), (SECOND * 2, true)] {
            let mut queue = Queue::new();
            queue.add(SECOND * 3, ());
            let (_, wake) = queue.next_wake().expect("one waits");
            queue.add(due, ());
            assert_eq!(wake.notified().now_or_never().is_some(), wakes, "{due:?}");
        }
    }
}
