use crate::wake_up_limiter::WakeUpLimiter;
use futures_util::future::{Either, pending, select};
use session_core::store::{Key, LockingStore, Watch};
use session_core::time::Timer;
use std::pin::pin;
use std::time::Duration;

/// How a waiter learns of a lock that becomes free without asking.
#[derive(Debug)]
pub(crate) struct Waking {
    watch: Option<Box<dyn Watch>>,
    has_begun: bool,
    limiter: WakeUpLimiter,
}

impl Waking {
    pub(crate) const fn new(limiter: WakeUpLimiter) -> Self {
        Self { watch: None, has_begun: false, limiter }
    }

    /// Counts an attempt that is made at `now`, after a wake-up or without one.
    pub(crate) fn count_attempt(&mut self, now: Duration) {
        self.limiter.count(now);
    }

    /// Begins to watch the lock, once, and returns whether the waiter has to ask again.
    ///
    /// The lock may have become free before the watch began. The call takes no longer than `limit`.
    pub(crate) async fn begin(
        &mut self,
        store: &dyn LockingStore,
        key: &Key,
        timer: &dyn Timer,
        limit: Duration,
    ) -> bool {
        if self.has_begun {
            return false;
        }
        self.has_begun = true;
        if let Either::Left((watch, _)) = select(store.watch(key), timer.sleep(limit)).await {
            self.watch = watch;
        }
        self.is_watching()
    }

    /// Whether the store reports when the lock becomes free.
    pub(crate) const fn is_watching(&self) -> bool {
        self.watch.is_some()
    }

    /// Waits for `delay`, or until the lock may have become free.
    ///
    /// It waits longer if the store wakes too often.
    pub(crate) async fn wait(&mut self, timer: &dyn Timer, delay: Duration) {
        let Self { watch, limiter, .. } = self;
        let woken = pin!(async {
            match watch {
                Some(watch) => watch.changed().await,
                None => pending().await,
            }
            let left = limiter.left(timer.elapsed());
            if !left.is_zero() {
                timer.sleep(left).await;
            }
        });
        select(woken, timer.sleep(delay)).await;
    }
}
