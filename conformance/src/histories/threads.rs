//! Runs clients on threads of their own, which meet before they set off.

use std::hint::spin_loop;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::yield_now;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// Runs all futures to their end, each on its own thread, and gives their results in order.
///
/// Whatever waits for a network or a timer is driven by the runtime of the caller.
pub(super) async fn all<F>(futures: impl Iterator<Item = F>) -> Vec<F::Output>
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
        outputs.push(thread.await.expect("a client writes down a panic of the store"));
    }
    outputs
}

/// A place in a group of threads that wait for each other, a number of times.
///
/// Operations in memory are shorter than it takes to wake a thread, so they wait awake. Who drops
/// the place is not waited for any longer.
#[derive(Debug)]
pub(super) struct Place {
    /// How often each of the group has arrived.
    arrivals: Arc<[AtomicUsize]>,
    index: usize,
    meetings: usize,
}

impl Place {
    /// How long a thread spins before it lets others have its processor.
    const SPINS: usize = 1_000;

    /// The places of a group that meets so many times.
    pub(super) fn group(size: usize, meetings: usize) -> Vec<Self> {
        let arrivals: Arc<[_]> = (0..size).map(|_| AtomicUsize::new(0)).collect();
        let place = |index| Self { arrivals: Arc::clone(&arrivals), index, meetings };
        (0..size).map(place).collect()
    }

    /// Waits for the others, unless they have met often enough.
    pub(super) fn meet(&self) {
        let meeting = self.arrivals[self.index].load(Ordering::SeqCst) + 1;
        if meeting > self.meetings {
            return;
        }
        self.arrivals[self.index].store(meeting, Ordering::SeqCst);
        let mut spins = 0;
        while self.arrivals.iter().any(|arrived| arrived.load(Ordering::SeqCst) < meeting) {
            spins += 1;
            if spins < Self::SPINS { spin_loop() } else { yield_now() }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.arrivals[self.index].store(usize::MAX, Ordering::SeqCst);
    }
}
