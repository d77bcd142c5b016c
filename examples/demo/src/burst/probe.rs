use super::gate::Ticket;
use session_kit::time::{Timer, TokioTimer};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// Goes along with one request of a burst, and notes when its session was opened.
#[derive(Clone, Debug)]
pub(crate) struct Probe(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    timer: TokioTimer,
    opened: OnceLock<Duration>,
    ticket: Mutex<Option<Ticket>>,
}

impl Probe {
    pub(super) fn new(timer: TokioTimer, ticket: Option<Ticket>) -> Self {
        Self(Arc::new(Inner { timer, opened: OnceLock::new(), ticket: Mutex::new(ticket) }))
    }

    /// Notes that the session is open.
    ///
    /// With a ticket, it waits until all others have opened it, too.
    pub(crate) async fn opened(&self) {
        self.0.opened.get_or_init(|| self.0.timer.elapsed());
        let ticket = self.0.ticket.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(ticket) = ticket {
            ticket.wait().await;
        }
    }

    /// When the session was opened, if it was.
    pub(super) fn opened_at(&self) -> Option<Duration> {
        self.0.opened.get().copied()
    }
}
