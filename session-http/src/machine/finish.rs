use super::begun::{Begun, Pending};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::runtime::Handle;

/// Work that is finished although nobody waits for it any more, once it has begun.
///
/// A commit that was cut off would leave it open whether the session is stored. So when this future is
/// dropped in the middle, the rest goes on in a task. Without a tokio runtime it ends there, which is
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
        if self.pending.is_none() {
            self.pending = Some(self.begun.begin());
        }
        let Some(work) = &mut self.work else {
            // A future that is polled after it completed may wait forever.
            return Poll::Pending;
        };
        let polled = work.as_mut().poll(context);
        if polled.is_ready() {
            (self.work, self.pending) = (None, None);
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
