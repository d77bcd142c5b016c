use crate::faults::wraps;
use session_core::error::{Operation, Outcome};
use session_core::time::{Timer, TokioTimer};
use session_core::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;
use tokio::task::yield_now;

/// A store that repeats a call which met another one and was not applied.
///
/// A store may answer so where transactions meet: the caller makes the same call again. A call that
/// met no other one is not repeated.
#[derive(Debug)]
pub(crate) struct Contended<S> {
    store: S,
    begun: AtomicU64,
    ended: AtomicU64,
}

/// A call that is under way.
struct Call<'a> {
    ended: &'a AtomicU64,
    number: u64,
    is_alone: bool,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.ended.fetch_add(1, Ordering::SeqCst);
    }
}

impl<S> Contended<S> {
    /// How long a call is repeated.
    ///
    /// Calls meet for less than that, even where other programs use the processors.
    const PATIENCE: Duration = Duration::from_secs(10);

    pub(crate) const fn new(store: S) -> Self {
        Self { store, begun: AtomicU64::new(0), ended: AtomicU64::new(0) }
    }

    /// The store, each of whose calls is made once, also where calls meet.
    pub(crate) const fn unrepeated(&self) -> &S {
        &self.store
    }

    fn begin(&self) -> Call<'_> {
        let earlier = self.begun.fetch_add(1, Ordering::SeqCst);
        let is_alone = self.ended.load(Ordering::SeqCst) == earlier;
        Call { ended: &self.ended, number: earlier + 1, is_alone }
    }

    fn has_met_another(&self, call: &Call<'_>) -> bool {
        !call.is_alone || self.begun.load(Ordering::SeqCst) > call.number
    }

    async fn through<T, F>(
        &self,
        _operation: Operation,
        attempt: impl Fn() -> F + Send,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
    {
        let (call, timer) = (self.begin(), TokioTimer::new());
        loop {
            match attempt().await {
                Err(error)
                    if is_contention(&error)
                        && self.has_met_another(&call)
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

wraps!(Contended);
