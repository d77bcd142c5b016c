use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::JoinHandle;

/// Spawns a task that other workers can take even while this one blocks.
///
/// A worker runs the task that it spawned last itself, and no other can take it over until another
/// one is spawned ([tokio's documentation][lifo]). A handler that blocks its thread would keep it
/// from running. So a task that does nothing is spawned after it.
///
/// [lifo]: https://docs.rs/tokio/1/tokio/runtime/index.html#multi-threaded-runtime-behavior-at-the-time-of-writing
pub(crate) fn spawn<F>(runtime: &Handle, future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let task = runtime.spawn(future);
    if runtime.runtime_flavor() != RuntimeFlavor::CurrentThread {
        drop(runtime.spawn(std::future::ready(())));
    }
    task
}
