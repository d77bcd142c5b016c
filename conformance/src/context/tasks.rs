//! Operations that run at once, and operations that are not run to their end.

use super::Context;
use crate::{Checked, Finding};
use session_core::Result;
use session_core::time::{Timer, TokioTimer};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::task::{JoinHandle, yield_now};

/// More awaits than any operation of a store has.
pub(crate) const MOST_AWAITS: usize = 256;

/// Runs each future as a task, all at once, and returns their results in order.
pub(crate) async fn all_at_once<F>(futures: impl IntoIterator<Item = F>) -> Checked<Vec<F::Output>>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let tasks: Vec<_> = futures.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        let result = task.await;
        results.push(result.map_err(|error| Finding::new(format!("a task failed: {error}")))?);
    }
    Ok(results)
}

/// More turns than an answer takes that comes from another process.
pub(crate) const MOST_TURNS: usize = 5_000;

/// Lets a task run until it is done, or until it has waited for long.
///
/// A store with one lock for everything does not answer the task before an operation that is held
/// half-way continues.
pub(crate) async fn let_go_on<T>(task: &JoinHandle<T>) {
    let_go_on_for(MOST_TURNS, task).await;
}

/// Lets a task run until it is done, or for so many turns.
pub(crate) async fn let_go_on_for<T>(turns: usize, task: &JoinHandle<T>) {
    /// Less time than a call is repeated that meets the one that is held.
    const LONGEST: Duration = Duration::from_secs(1);
    let timer = TokioTimer::new();
    for _ in 0..turns {
        if task.is_finished() || timer.elapsed() > LONGEST {
            return;
        }
        yield_now().await;
    }
}

/// The result of an operation that ran as a task.
pub(crate) async fn join<T>(task: JoinHandle<Result<T>>) -> Checked<T> {
    let joined = task.await;
    let result = joined.map_err(|error| Finding::new(format!("a task failed: {error}")))?;
    Ok(result?)
}

/// Runs the body once for each await at which an operation can be dropped.
///
/// The body drops the operation at its first await, its second, and so on. The macro ends when the
/// body returns that the operation was done.
///
/// Over real I/O the number of awaits varies from call to call; the last ones are met all the same.
macro_rules! drop_at_every_await {
    (|$polls:ident| $body:expr) => {{
        for $polls in 0.. {
            if $polls > $crate::context::MOST_AWAITS {
                let message = "the operation is not done after many awaits";
                return Err(From::from($crate::Finding::new(message)));
            }
            if $body {
                break;
            }
        }
        $crate::Verdict::<()>::Ok(())
    }};
}

pub(crate) use drop_at_every_await;

/// Runs a future up to its `polls`-th await and drops it there.
///
/// Returns `None` if the future was not done by then.
pub(crate) async fn up_to<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    poll_up_to(polls, pin!(future)).await
}

impl Context {
    /// Runs a call up to its `polls`-th await, drops it there, and lets it settle.
    ///
    /// Returns `None` if the call was not done by then.
    pub(crate) async fn up_to<F: Future>(&self, polls: usize, call: F) -> Option<F::Output> {
        let done = up_to(polls, call).await;
        self.settle().await;
        done
    }
}

/// Runs a future up to its `polls`-th await and leaves it there.
///
/// Returns `None` if the future is not done by then.
pub(crate) async fn poll_up_to<F: Future>(
    polls: usize,
    mut future: Pin<&mut F>,
) -> Option<F::Output> {
    if polls == 0 {
        return None;
    }
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
