use futures_util::future::select;
use session_core::time::Timer;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// The commits and deletions that have begun and are not finished.
#[derive(Clone, Debug, Default)]
pub(crate) struct Begun(Arc<Count>);

#[derive(Debug, Default)]
struct Count {
    pending: AtomicUsize,
    finished: Notify,
}

impl Begun {
    /// Counts one operation until the guard is dropped.
    pub(crate) fn begin(&self) -> Pending {
        self.0.pending.fetch_add(1, Ordering::SeqCst);
        Pending(Arc::clone(&self.0))
    }

    pub(crate) fn count(&self) -> usize {
        self.0.pending.load(Ordering::SeqCst)
    }

    /// Waits until no operation is left, but no longer than `timeout`.
    pub(crate) async fn wait(&self, timer: &dyn Timer, timeout: Duration) {
        if self.count() == 0 {
            // This return also avoids a failure on a runtime without timers.
            return;
        }
        let finished = pin!(async {
            loop {
                let finished = self.0.finished.notified();
                if self.count() == 0 {
                    return;
                }
                finished.await;
            }
        });
        select(finished, timer.sleep(timeout)).await;
    }
}

/// A commit or deletion that is not finished.
#[derive(Debug)]
pub(crate) struct Pending(Arc<Count>);

impl Drop for Pending {
    fn drop(&mut self) {
        if self.0.pending.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.finished.notify_waiters();
        }
    }
}
