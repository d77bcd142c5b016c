use std::sync::Arc;
use tokio::sync::watch;

/// Opens when nobody is left who has not read yet.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    left: Arc<watch::Sender<usize>>,
}

/// One who has not read yet. When it is dropped, the gate no longer waits for it.
#[derive(Debug)]
pub(crate) struct Ticket(Gate);

impl Gate {
    pub(crate) fn new() -> Self {
        Self { left: Arc::new(watch::Sender::new(0)) }
    }

    /// A ticket for one more. All are taken before the first one is dropped.
    pub(crate) fn ticket(&self) -> Ticket {
        self.left.send_modify(|left| *left += 1);
        Ticket(self.clone())
    }
}

impl Ticket {
    /// Waits until all others have read, or ended before they did.
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
    async fn nobody_passes_before_the_last_has_read() {
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
    async fn one_who_ends_early_keeps_nobody_waiting() {
        let gate = Gate::new();
        let [first, last] = [gate.ticket(), gate.ticket()];
        drop(last);
        first.wait().await;
    }
}
