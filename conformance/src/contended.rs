use crate::twist::{Call, Twist, Twisted};
use async_trait::async_trait;
use session_core::error::Outcome;
use session_core::store::SessionStore;
use session_core::time::{Timer, TokioTimer};
use session_core::{Error, ErrorKind, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;
use tokio::task::yield_now;

/// A store that repeats a call which met another one and was not applied.
///
/// A store may answer so where transactions meet: the caller makes the same call again. A call that
/// met no other one is not repeated.
pub(crate) type Contended<S> = Twisted<S, Calls>;

/// How many calls were made.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    begun: AtomicU64,
    ended: AtomicU64,
}

/// A call that is under way.
struct Attempt<'a> {
    ended: &'a AtomicU64,
    number: u64,
    is_alone: bool,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.ended.fetch_add(1, Ordering::SeqCst);
    }
}

impl<S> Contended<S> {
    pub(crate) fn new(store: Arc<S>) -> Self {
        Self::over(store, Calls::default())
    }
}

impl Calls {
    /// How long a call is repeated.
    ///
    /// Calls meet for less than that, even where other programs use the processors.
    const PATIENCE: Duration = Duration::from_secs(10);

    fn begin(&self) -> Attempt<'_> {
        let earlier = self.begun.fetch_add(1, Ordering::SeqCst);
        let is_alone = self.ended.load(Ordering::SeqCst) == earlier;
        Attempt { ended: &self.ended, number: earlier + 1, is_alone }
    }

    fn has_met_another(&self, attempt: &Attempt<'_>) -> bool {
        !attempt.is_alone || self.begun.load(Ordering::SeqCst) > attempt.number
    }
}

#[async_trait]
impl<S: SessionStore> Twist<S> for Calls {
    async fn call<C: Call<S>>(&self, store: &S, call: C) -> Result<C::Answer> {
        let (attempt, timer) = (self.begin(), TokioTimer::new());
        loop {
            match call.on(store).await {
                Err(error)
                    if is_contention(&error)
                        && self.has_met_another(&attempt)
                        && timer.elapsed() < Self::PATIENCE => {}
                answer => return answer,
            }
            // The other call may be of a task or of a thread.
            yield_now().await;
            thread::yield_now();
        }
    }
}

/// Whether a store that may be unavailable where calls meet answers so.
pub(crate) fn is_contention(error: &Error) -> bool {
    error.kind() == ErrorKind::Unavailable && error.outcome() == Outcome::NotApplied
}
