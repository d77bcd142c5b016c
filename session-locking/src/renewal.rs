use crate::LockOptions;
use crate::latest_expiry::LatestExpiry;
use crate::lock::{Lock, SharedSlot};
use futures_util::future::{Either, select};
use session_core::ErrorKind;
use session_core::store::{Key, LockToken, LockingStore};
use session_core::time::Timer;
use std::sync::Arc;
use std::time::Duration;

/// The renewals of one lease, from the first one on.
#[derive(Debug)]
pub(crate) struct RenewalTask {
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

impl RenewalTask {
    /// The renewals of `lock`, whose lease counts from the time of its acquisition.
    pub(crate) fn new(lock: &Lock, expiry: LatestExpiry) -> Self {
        Self {
            store: Arc::clone(&lock.store),
            key: lock.key.clone(),
            token: lock.token.clone(),
            slot: lock.slot(),
            expiry,
            options: lock.options,
            leased: lock.leased,
            last: lock.leased + lock.options.max_lock_hold,
            timer: Arc::clone(&lock.timer),
        }
    }

    /// When the first renewal is due, or the end of the longest hold if earlier.
    pub(crate) fn first_due(&self) -> Duration {
        (self.leased + self.options.renewal_interval()).min(self.last)
    }

    /// Renews until the lock is lost or has been held for too long.
    ///
    /// Then the next in the queue may try to take it over.
    pub(crate) async fn run(mut self) {
        self.renew().await;
        self.slot.lock().take();
    }

    /// Renews the lock at intervals.
    ///
    /// A renewal takes no longer than until the next one is due, so one that hangs does not cost
    /// the lock (L9).
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
                // A reply that is late or lost does not end the lock.
                Either::Left((Err(_), _)) | Either::Right(_) => {}
            }
        }
        let lapse = self.leased + lease;
        self.timer.sleep(lapse.saturating_sub(self.timer.elapsed())).await;
    }

    /// Waits until this time, or the end of renewals, and returns whether to renew.
    async fn wait_until(&self, due: Duration) -> bool {
        let now = self.timer.elapsed();
        self.timer.sleep(due.min(self.last).saturating_sub(now)).await;
        self.timer.elapsed() < self.last
    }
}

const fn is_lost(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::LockLost | ErrorKind::Gone)
}
