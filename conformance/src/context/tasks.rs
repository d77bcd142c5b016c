//! Operations that run at once, and operations that are not run to their end.

use crate::{Verdict, Violation};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// More awaits than any operation of a store has.
pub(crate) const MOST_AWAITS: usize = 256;

/// Runs all futures at once, each as a task of its own, and gives their results in order.
pub(crate) async fn all_at_once<F>(futures: impl IntoIterator<Item = F>) -> Verdict<Vec<F::Output>>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let tasks: Vec<_> = futures.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        let result = task.await;
        results.push(result.map_err(|error| Violation::new(format!("a task failed: {error}")))?);
    }
    Ok(results)
}

/// Runs a future up to its `polls`-th await and drops it there: `None` if it was not done by then.
pub(crate) async fn up_to<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    if polls == 0 {
        return None;
    }
    let mut future = pin!(future);
    let mut polled = 0;
    poll_fn(|context| {
        polled += 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if polled == polls => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
