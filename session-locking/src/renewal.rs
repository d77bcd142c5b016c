use crate::LockOptions;
use crate::lock::{Lock, SharedPlace};
use futures_util::future::{Either, select};
use session_core::{ErrorKind, Key, LockToken, LockingStore, Timer};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::AbortHandle;

/// The renewal of a lease in the background, until it is dropped.
#[derive(Debug)]
pub(crate) struct Renewal(AbortHandle);

impl Renewal {
    /// Renews the lease of `lock`, which is held since `since`.
    pub(crate) fn start(
        lock: &Lock,
        options: &LockOptions,
        timer: Arc<dyn Timer>,
        since: Duration,
    ) -> Self {
        let task = Task {
            store: Arc::clone(&lock.store),
            key: lock.key.clone(),
            token: lock.token.clone(),
            place: lock.place(),
            lease: options.lock_lease,
            last: since + options.max_lock_hold,
            timer,
        };
        Self(lock.runtime.spawn(task.run()).abort_handle())
    }
}

impl Drop for Renewal {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Task {
    store: Arc<dyn LockingStore>,
    key: Key,
    token: LockToken,
    place: SharedPlace,
    lease: Duration,
    /// The time on the timer after which nothing is renewed.
    last: Duration,
    timer: Arc<dyn Timer>,
}

impl Task {
    /// How often a lease is renewed in its time, so that two lost renewals in a row do no harm.
    const RENEWALS_PER_LEASE: u32 = 3;

    /// Renews until the lock is lost or has been held for too long; then the next in line may try
    /// to take it over.
    async fn run(self) {
        self.renew().await;
        self.place.lock().take();
    }

    async fn renew(&self) {
        let mut lease_end = self.timer.elapsed() + self.lease;
        while self.wait().await {
            let begin = self.timer.elapsed();
            let renewed = self.store.renew(&self.key, &self.token, self.lease);
            match select(renewed, self.timer.sleep(self.lease)).await {
                Either::Left((Ok(()), _)) => lease_end = begin + self.lease,
                Either::Left((Err(error), _)) if is_lost(error.kind()) => return,
                // A reply that is late or lost deposes nobody (L9).
                Either::Left((Err(_), _)) | Either::Right(_) => {}
            }
        }
        self.timer.sleep(lease_end.saturating_sub(self.timer.elapsed())).await;
    }

    /// Waits until the next renewal is due, and says whether there is to be one.
    async fn wait(&self) -> bool {
        let left = self.last.saturating_sub(self.timer.elapsed());
        self.timer.sleep(left.min(self.lease / Self::RENEWALS_PER_LEASE)).await;
        self.timer.elapsed() < self.last
    }
}

const fn is_lost(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::LockLost | ErrorKind::Gone)
}
