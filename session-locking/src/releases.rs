use crate::LockOptions;
use crate::held_locks::Entry;
use crate::wait_queue::QueueSlot;
use futures_util::future::{Either, select};
use session_core::store::{Key, LockToken, LockingStore};
use session_core::strategy::Drained;
use session_core::time::Timer;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The releases that go on in the background, which are counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Releases(watch::Sender<usize>);

impl Releases {
    /// Counts a release from now until the guard is dropped.
    pub(crate) fn begin(&self) -> PendingRelease {
        self.0.send_modify(|pending| *pending += 1);
        PendingRelease(self.0.clone())
    }

    /// Waits until none is left, but no longer than `timeout`.
    pub(crate) async fn drain(&self, timer: &dyn Timer, timeout: Duration) -> Drained {
        let mut pending = self.0.subscribe();
        let ended = pin!(async move { drop(pending.wait_for(|pending| *pending == 0).await) });
        select(ended, timer.sleep(timeout)).await;
        Drained::default().with_pending_releases(*self.0.borrow())
    }
}

/// A release that has not ended.
#[derive(Debug)]
pub(crate) struct PendingRelease(watch::Sender<usize>);

impl Drop for PendingRelease {
    fn drop(&mut self) {
        self.0.send_modify(|pending| *pending -= 1);
    }
}

/// The release of a lock whose handle has ended, or is about to.
pub(crate) struct Release {
    pub(crate) store: Arc<dyn LockingStore>,
    pub(crate) key: Key,
    pub(crate) token: LockToken,
    pub(crate) slot: Option<QueueSlot>,
    pub(crate) options: LockOptions,
    pub(crate) timer: Arc<dyn Timer>,
    pub(crate) pending: PendingRelease,
    /// The lock in the file of held locks.
    pub(crate) entry: Option<Entry>,
}

impl Release {
    /// Releases the lock, and then lets the next in the queue ask.
    ///
    /// If the release takes too long, the next may ask before its end.
    ///
    /// Nobody is left to hear of a failure, and the lock lapses anyway. So a release that is still
    /// under way then is given up.
    pub(crate) async fn run(self) {
        let Self { store, key, token, slot, options, timer, pending, entry } = self;
        let release = store.release(&key, &token);
        let brief = timer.sleep(options.release_timeout);
        if let Either::Right(((), release)) = select(release, brief).await {
            drop(slot);
            select(release, timer.sleep(options.lock_lease)).await;
        }
        if let Some(entry) = entry {
            entry.remove();
        }
        drop(pending);
    }
}
