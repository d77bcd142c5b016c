//! Polls clients on one thread, in an order that is given.
//!
//! Only those are polled that have been woken, so futures that wait for a network, a timer or a
//! lock wait for it as they do in earnest. Among the woken ones the order decides, and so a run of
//! a store that waits for nothing outside is the same every time.

use super::turns::{Order, Turns};
use futures_util::task::AtomicWaker;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Runs all futures to their end, and returns their results in order.
///
/// It also returns which future had each turn.
pub(super) async fn all<F: Future>(
    futures: impl IntoIterator<Item = F>,
    order: &Order,
) -> (Vec<F::Output>, Vec<usize>) {
    let bell = Arc::new(AtomicWaker::new());
    let mut tasks: Vec<_> =
        futures.into_iter().map(|future| Task::new(future, Arc::clone(&bell))).collect();
    let mut turns = Turns::of(order, tasks.len());
    let mut taken = Vec::new();
    poll_fn(|context| {
        bell.register(context.waker());
        loop {
            let ready: Vec<_> = (0..tasks.len()).filter(|index| tasks[*index].is_ready()).collect();
            let Some(index) = turns.next(&ready) else {
                break;
            };
            taken.push(index);
            if !tasks[index].poll() {
                // What it waits for may be the runtime's to do.
                break;
            }
        }
        if tasks.iter().all(|task| task.output.is_some()) {
            return Poll::Ready(());
        }
        if tasks.iter().any(Task::is_ready) {
            context.waker().wake_by_ref();
        }
        Poll::Pending
    })
    .await;
    (tasks.into_iter().filter_map(|task| task.output).collect(), taken)
}

/// A future and whether it wants to be polled.
struct Task<F: Future> {
    future: Pin<Box<F>>,
    output: Option<F::Output>,
    flag: Arc<Flag>,
}

impl<F: Future> Task<F> {
    fn new(future: F, bell: Arc<AtomicWaker>) -> Self {
        let flag = Arc::new(Flag { is_woken: AtomicBool::new(true), bell });
        Self { future: Box::pin(future), output: None, flag }
    }

    fn is_ready(&self) -> bool {
        self.output.is_none() && self.flag.is_woken.load(Ordering::SeqCst)
    }

    /// Polls once, and returns whether the future is done or can be polled again now.
    fn poll(&mut self) -> bool {
        self.flag.is_woken.store(false, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(&self.flag));
        if let Poll::Ready(output) = self.future.as_mut().poll(&mut Context::from_waker(&waker)) {
            self.output = Some(output);
            return true;
        }
        self.is_ready()
    }
}

/// Notes that a task is woken, and wakes what polls the tasks.
struct Flag {
    is_woken: AtomicBool,
    bell: Arc<AtomicWaker>,
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_woken.store(true, Ordering::SeqCst);
        self.bell.wake();
    }
}
