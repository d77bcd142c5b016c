//! Runs futures on threads of their own.

use std::panic::resume_unwind;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// Runs each future to its end on its own thread, and returns the results in order.
///
/// A panic of one is a panic of this.
///
/// Whatever waits for a network or a timer is driven by the runtime of the caller.
pub(crate) async fn all<F>(futures: impl Iterator<Item = F>) -> Vec<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let runtime = Handle::current();
    let on_thread = |future| {
        let runtime = runtime.clone();
        spawn_blocking(move || runtime.block_on(future))
    };
    let threads: Vec<_> = futures.map(on_thread).collect();
    let mut outputs = Vec::with_capacity(threads.len());
    for thread in threads {
        outputs.push(thread.await.unwrap_or_else(|error| resume_unwind(error.into_panic())));
    }
    outputs
}
