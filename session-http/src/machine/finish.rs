use super::begun::{Begun, Pending};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::runtime::Handle;

/// A future that, once begun, is finished in a task if its caller drops it.
///
/// If a commit stopped in the middle, its outcome would be unknown. So if this future is dropped in
/// the middle, the rest runs in a task. Without a tokio runtime the work ends at the drop, which is
/// as safe as any call that is dropped ([R13](session_core::contract#r13)).
#[must_use = "futures do nothing unless polled"]
pub(crate) struct Finish<T: Send + 'static> {
    work: Option<Pin<Box<dyn Future<Output = T> + Send>>>,
    pending: Option<Pending>,
    begun: Begun,
}

impl<T: Send + 'static> Finish<T> {
    pub(crate) fn new(begun: &Begun, work: impl Future<Output = T> + Send + 'static) -> Self {
        Self { work: Some(Box::pin(work)), pending: None, begun: begun.clone() }
    }
}

impl<T: Send + 'static> Future for Finish<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        // The field is empty during a poll, so that work that panics is not polled again.
        let Some(mut work) = self.work.take() else {
            // A future that is polled after it completed may wait forever.
            return Poll::Pending;
        };
        let pending = self.pending.take().unwrap_or_else(|| self.begun.begin());
        let polled = work.as_mut().poll(context);
        if polled.is_pending() {
            (self.work, self.pending) = (Some(work), Some(pending));
        }
        polled
    }
}

impl<T: Send + 'static> Drop for Finish<T> {
    fn drop(&mut self) {
        let begun = self.work.take().zip(self.pending.take());
        let Some(((work, pending), runtime)) = begun.zip(Handle::try_current().ok()) else {
            return;
        };
        drop(runtime.spawn(async move {
            work.await;
            drop(pending);
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::{Begun, Finish};
    use futures_util::FutureExt;
    use session_core::time::TokioTimer;
    use std::panic::AssertUnwindSafe;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use tokio::task::yield_now;

    /// Work of two steps that counts its steps.
    fn steps(begun: &Begun, steps: &Arc<AtomicUsize>) -> Finish<()> {
        let steps = Arc::clone(steps);
        Finish::new(begun, async move {
            steps.fetch_add(1, Ordering::SeqCst);
            yield_now().await;
            steps.fetch_add(1, Ordering::SeqCst);
        })
    }

    #[tokio::test]
    async fn work_that_has_begun_goes_on_and_is_counted() {
        let (begun, done) = (Begun::default(), Arc::new(AtomicUsize::new(0)));
        assert!(steps(&begun, &done).now_or_never().is_none());
        assert_eq!((begun.count(), done.load(Ordering::SeqCst)), (1, 1));
        begun.wait(&TokioTimer::new(), Duration::from_secs(10)).await;
        assert_eq!((begun.count(), done.load(Ordering::SeqCst)), (0, 2));
    }

    #[tokio::test]
    async fn work_that_has_not_begun_is_dropped() {
        let (begun, done) = (Begun::default(), Arc::new(AtomicUsize::new(0)));
        drop(steps(&begun, &done));
        yield_now().await;
        assert_eq!((begun.count(), done.load(Ordering::SeqCst)), (0, 0));
    }

    #[test]
    fn without_a_runtime_work_ends_where_it_is_dropped() {
        let (begun, done) = (Begun::default(), Arc::new(AtomicUsize::new(0)));
        assert!(steps(&begun, &done).now_or_never().is_none());
        assert_eq!((begun.count(), done.load(Ordering::SeqCst)), (0, 1));
    }

    #[tokio::test]
    async fn work_that_panics_is_not_polled_again() {
        let begun = Begun::default();
        let mut work: Finish<()> = Finish::new(&begun, async { panic!("as planned") });
        assert!(AssertUnwindSafe(&mut work).catch_unwind().await.is_err());
        assert_eq!(begun.count(), 0);
        drop(work);
        yield_now().await;
        assert_eq!(begun.count(), 0);
    }
}
