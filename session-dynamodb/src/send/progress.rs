use std::future::pending;
use tokio::sync::oneshot;

/// Reports to the sender that an attempt has begun to send its request.
///
/// Until then nothing can have been carried out, and the time that passes is spent on something
/// else, such as credentials.
#[derive(Debug)]
pub(crate) struct Progress(oneshot::Sender<()>);

/// The other end of a [`Progress`].
#[derive(Debug)]
pub(super) struct Watcher {
    receiver: oneshot::Receiver<()>,
    was_sent: bool,
}

impl Progress {
    pub(super) fn new() -> (Self, Watcher) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), Watcher { receiver, was_sent: false })
    }

    /// Notes that bytes of the request may leave from now on.
    pub(crate) fn mark_sent(self) {
        // If nobody listens, the attempt was given up, and its future is about to be dropped.
        let _ = self.0.send(());
    }
}

impl Watcher {
    /// Completes when the request begins to be sent; never if it is not.
    pub(super) async fn sent(&mut self) {
        match (&mut self.receiver).await {
            Ok(()) => self.was_sent = true,
            Err(_) => pending().await,
        }
    }

    /// Whether the request may have been sent.
    pub(super) fn may_be_sent(&mut self) -> bool {
        self.was_sent || self.receiver.try_recv().is_ok()
    }
}
