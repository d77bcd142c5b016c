use crate::spy_store::SpyStore;
use crate::{Checked, Finding};
use session_core::time::{ManualClock, Timer};
use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::task::yield_now;

/// The time of a case whose tasks wait.
///
/// It moves only when nothing else can go on: no task is ready, and the store has answered
/// everything that it was asked, even one that answers from another process.
pub(crate) struct VirtualTime {
    pub(crate) clock: ManualClock,
    pub(crate) watched: Arc<SpyStore>,
}

impl VirtualTime {
    /// Runs a future to its end, and lets time pass as long as it takes.
    pub(crate) async fn drive<F: Future>(&self, future: F) -> Checked<F::Output> {
        /// More steps than any wait of a case takes.
        const STEPS: usize = 5_000;
        let mut future = pin!(future);
        for _ in 0..STEPS {
            if let Poll::Ready(output) = self.poll_until_settled(future.as_mut()).await {
                return Ok(output);
            }
            if let Some(wake) = self.clock.next_wake() {
                self.clock.advance(wake);
            }
        }
        Err(Finding::new("something waits forever"))
    }

    /// Lets so much time pass, and everything happen that happens in it.
    pub(crate) async fn pass(&self, duration: Duration) {
        let end = self.clock.elapsed() + duration;
        loop {
            self.settle().await;
            let left = end.saturating_sub(self.clock.elapsed());
            if left.is_zero() {
                return;
            }
            self.clock.advance(self.clock.next_wake().map_or(left, |wake| wake.min(left)));
        }
    }

    /// Lets every task go on until nothing but time can move any.
    pub(crate) async fn settle(&self) {
        let _ = self.poll_until_settled(pin!(pending::<()>())).await;
    }

    async fn poll_until_settled<F: Future>(&self, mut future: Pin<&mut F>) -> Poll<F::Output> {
        /// How often every other task is polled before it counts as waiting for time.
        const ROUNDS: usize = 32;
        let mut quiet = 0;
        while quiet < ROUNDS {
            if let Poll::Ready(output) = poll_once(future.as_mut()).await {
                return Poll::Ready(output);
            }
            yield_now().await;
            quiet = if self.watched.is_busy() { 0 } else { quiet + 1 };
        }
        Poll::Pending
    }
}

async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}
