use super::HeldLocks;
use futures_util::stream::{self, StreamExt};
use session_core::store::{Key, LockToken, LockingStore};
use session_core::time::Timer;
use std::time::Duration;

/// How many releases are under way at the same time.
const PARALLEL_RELEASES: usize = 8;

/// How often the releases that failed are repeated, and after which delay.
const ROUNDS: usize = 60;
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

    /// Releases them all, and returns how many may still stand.
    pub(crate) async fn release(mut self, store: &dyn LockingStore, timer: &dyn Timer) -> usize {
        for round in 0..ROUNDS {
            if round > 0 {
                timer.sleep(DELAY).await;
            }
            self.locks = self.attempt(store).await;
            if self.locks.is_empty() {
                break;
            }
        }
        self.locks.len()
    }

    /// Makes one attempt at each, and returns those that failed.
    async fn attempt(&mut self, store: &dyn LockingStore) -> Vec<(Key, LockToken)> {
        let locks = std::mem::take(&mut self.locks);
        let tokens: Vec<_> = locks.iter().map(|(_, token)| token.clone()).collect();
        let attempts = locks.into_iter().map(|(key, token)| async move {
            let released = store.release(&key, &token).await;
            released.err().map(|_| (key, token))
        });
        let attempts = stream::iter(attempts).buffer_unordered(PARALLEL_RELEASES);
        let failed: Vec<_> = attempts.filter_map(std::future::ready).collect().await;
        let remains = |token: &LockToken| failed.iter().any(|(_, other)| other == token);
        for token in tokens.iter().filter(|token| !remains(token)) {
            self.held_locks.remove(token);
        }
        failed
    }
}
