use crate::LockOptions;
use crate::latest_expiry::LatestExpiry;
use crate::lock::{Lock, SharedSlot};
use futures_util::future::{Either, select};
use session_core::ErrorKind;
use session_core::store::{Key, LockToken, LockingStore, Record};
use session_core::time::{Timer, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::AbortHandle;

/// The renewal of a lease in the background, until it is dropped.
#[derive(Debug)]
pub(crate) struct Renewal {
    task: AbortHandle,
    expiry: LatestExpiry,
    timer: Arc<dyn Timer>,
}

impl Renewal {
    /// Renews the lease of `lock`, which was acquired at the time from which its lease counts, and
    /// protects `record`.
    pub(crate) fn start(lock: &Lock, record: &Record) -> Self {
        let expiry = LatestExpiry::new(record, lock.leased);
        let task = Task {
            store: Arc::clone(&lock.store),
            key: lock.key.clone(),
            token: lock.token.clone(),
            slot: lock.slot(),
            expiry: expiry.clone(),
            options: lock.options,
            leased: lock.leased,
            last: lock.leased + lock.options.max_lock_hold,
            timer: Arc::clone(&lock.timer),
        };
        let task = lock.spawn(task.run()).abort_handle();
        Self { task, expiry, timer: Arc::clone(&lock.timer) }
    }

    /// Ends the renewal, and returns the latest expiry that the holder may have written.
    pub(crate) fn end(self) -> Timestamp {
        self.task.abort();
        self.expiry.at(self.timer.elapsed())
    }
}

impl Drop for Renewal {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Task {
    store: Arc<dyn LockingStore>,
    key: Key,
    token: LockToken,
    slot: SharedSlot,
    expiry: LatestExpiry,
    options: LockOptions,
    /// The time on the timer from which the lease counts.
    leased: Duration,
    /// The time on the timer after which nothing is renewed.
    last: Duration,
    timer: Arc<dyn Timer>,
}

impl Task {
    /// Renews until the lock is lost or has been held for too long; then the next in the queue may try
    /// to take it over.
    async fn run(mut self) {
        self.renew().await;
        self.slot.lock().take();
    }

    /// A renewal takes no longer than until the next one is due, so that one that hangs does not
    /// cost the lock (L9).
    async fn renew(&mut self) {
        let (interval, lease) = (self.options.renewal_interval(), self.options.lock_lease);
        let mut due = self.leased + interval;
        while self.wait_until(due).await {
            let begin = self.timer.elapsed();
            due = begin + interval;
            self.expiry.begin_renewal();
            let renewed = self.store.renew(&self.key, &self.token, lease);
            match select(renewed, self.timer.sleep(interval)).await {
                Either::Left((Ok(expires), _)) => {
                    self.leased = begin;
                    self.expiry.report(expires, begin);
                }
                Either::Left((Err(error), _)) if is_lost(error.kind()) => return,
                // A reply that is late or lost deposes nobody.
                Either::Left((Err(_), _)) | Either::Right(_) => {}
            }
        }
        let lapse = self.leased + lease;
        self.timer.sleep(lapse.saturating_sub(self.timer.elapsed())).await;
    }

    /// Waits until this time, but not for longer than may be renewed, and says whether it may.
    async fn wait_until(&self, due: Duration) -> bool {
        let now = self.timer.elapsed();
        self.timer.sleep(due.min(self.last).saturating_sub(now)).await;
        self.timer.elapsed() < self.last
    }
}

const fn is_lost(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::LockLost | ErrorKind::Gone)
}
