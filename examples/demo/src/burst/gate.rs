use std::sync::Arc;
use tokio::sync::watch;

/// Opens when every request has read the session or ended.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    left: Arc<watch::Sender<usize>>,
}

/// The ticket of a request that has not read the session yet.
///
/// The gate waits until the ticket is dropped.
#[derive(Debug)]
pub(crate) struct Ticket(Gate);

impl Gate {
    pub(crate) fn new() -> Self {
        Self { left: Arc::new(watch::Sender::new(0)) }
    }

    /// A ticket for one more request. All are made before the first one is dropped.
    pub(crate) fn ticket(&self) -> Ticket {
        self.left.send_modify(|left| *left += 1);
        Ticket(self.clone())
    }
}

impl Ticket {
    /// Waits until all other requests have read the session or ended.
    pub(crate) async fn wait(self) {
        let mut left = self.0.left.subscribe();
        drop(self);
        // The sender is gone only with all tickets.
        drop(left.wait_for(|left| *left == 0).await);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.0.left.send_modify(|left| *left -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::Gate;

    #[tokio::test]
    async fn no_request_passes_before_the_last_one_has_read() {
        let gate = Gate::new();
        let [first, last] = [gate.ticket(), gate.ticket()];
        let first = tokio::spawn(first.wait());
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(!first.is_finished());
        last.wait().await;
        first.await.expect("it passes");
    }

    #[tokio::test]
    async fn a_request_that_ends_early_is_not_waited_for() {
        let gate = Gate::new();
        let [first, last] = [gate.ticket(), gate.ticket()];
        drop(last);
        first.wait().await;
    }
}
