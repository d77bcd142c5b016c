use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The faults of the requests to come, and counts of those that have come.
#[derive(Debug)]
pub(super) struct Plan<F> {
    faults: Mutex<Faults<F>>,
    seen: watch::Sender<Seen>,
}

#[derive(Debug)]
struct Faults<F> {
    next: VecDeque<F>,
    always: Option<F>,
}

/// Counts of connections and requests.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    pub(super) connections: usize,
    pub(super) requests: usize,
}

impl<F> Default for Plan<F> {
    fn default() -> Self {
        let faults = Faults { next: VecDeque::new(), always: None };
        Self { faults: Mutex::new(faults), seen: watch::Sender::default() }
    }
}

impl<F> Plan<F> {
    pub(super) fn add(&self, faults: impl Iterator<Item = F>) {
        self.faults().next.extend(faults);
    }

    pub(super) fn set_always(&self, fault: F) {
        self.faults().always = Some(fault);
    }

    pub(super) fn clear(&self) {
        *self.faults() = Faults { next: VecDeque::new(), always: None };
    }

    pub(super) fn seen(&self) -> Seen {
        *self.seen.borrow()
    }

    pub(super) fn count_connection(&self) {
        self.seen.send_modify(|seen| seen.connections += 1);
    }

    pub(super) async fn wait_for_requests(&self, number: usize) {
        let mut seen = self.seen.subscribe();
        let arrived = seen.wait_for(|seen| seen.requests >= number).await;
        arrived.expect("the plan holds the sender");
    }

    fn faults(&self) -> MutexGuard<'_, Faults<F>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F: Clone + Default> Plan<F> {
    /// Counts a request, and says what happens to it.
    pub(super) fn next(&self) -> F {
        let fault = {
            let Faults { next, always } = &mut *self.faults();
            next.pop_front().or_else(|| always.clone()).unwrap_or_default()
        };
        self.seen.send_modify(|seen| seen.requests += 1);
        fault
    }
}
