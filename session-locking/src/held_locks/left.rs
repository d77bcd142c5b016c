use super::HeldLocks;
use futures_util::future::{Either, select};
use futures_util::stream::{self, StreamExt};
use session_core::store::{Key, LockToken, LockingStore};
use session_core::time::Timer;
use std::pin::pin;
use std::time::Duration;

/// How many releases are under way at the same time.
const PARALLEL_RELEASES: usize = 8;

/// How long the releases that fail are repeated, and after which delay.
const PATIENCE: Duration = Duration::from_mins(1);
const DELAY: Duration = Duration::from_secs(1);

/// The locks that the previous process left behind.
pub(crate) struct LeftLocks<'a> {
    held_locks: &'a HeldLocks,
    locks: Vec<(Key, LockToken)>,
}

impl<'a> LeftLocks<'a> {
    pub(crate) fn of(held_locks: &'a HeldLocks) -> Self {
        Self { held_locks, locks: held_locks.take_left() }
    }

    /// Releases them all within a minute, and returns how many may still stand.
    pub(crate) async fn release(mut self, store: &dyn LockingStore, timer: &dyn Timer) -> usize {
        let deadline = timer.elapsed() + PATIENCE;
        while !self.locks.is_empty() {
            let left = deadline.saturating_sub(timer.elapsed());
            let Some(failed) = self.attempt_within(left, store, timer).await else { break };
            self.locks = failed;
            if !self.locks.is_empty() {
                timer.sleep(DELAY).await;
            }
        }
        self.locks.len()
    }

    /// The same as [`attempt`](Self::attempt), or `None` if that takes longer than `limit`.
    async fn attempt_within(
        &self,
        limit: Duration,
        store: &dyn LockingStore,
        timer: &dyn Timer,
    ) -> Option<Vec<(Key, LockToken)>> {
        match select(pin!(self.attempt(store)), timer.sleep(limit)).await {
            Either::Left((failed, _)) => Some(failed),
            Either::Right(_) => None,
        }
    }

    /// Makes one attempt at each, and returns those that failed.
    async fn attempt(&self, store: &dyn LockingStore) -> Vec<(Key, LockToken)> {
        let attempts = self.locks.clone().into_iter().map(|(key, token)| async move {
            let released = store.release(&key, &token).await;
            released.err().map(|_| (key, token))
        });
        let attempts = stream::iter(attempts).buffer_unordered(PARALLEL_RELEASES);
        let failed: Vec<_> = attempts.filter_map(std::future::ready).collect().await;
        let remains = |token: &LockToken| failed.iter().any(|(_, other)| other == token);
        for (_, token) in self.locks.iter().filter(|(_, token)| !remains(token)) {
            self.held_locks.remove(token);
        }
        failed
    }
}
