use super::message::{Message, Seen};

/// A client that uses the store as pessimistic locking does.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Client {
    /// The ticks by which its clock is ahead.
    pub(super) ahead: u8,
    /// The number of finished turns.
    pub(super) turn: u8,
    pub(super) phase: Phase,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// The client is before its next turn, or after the last.
    Idle,
    /// The store rejected a request of this tick, and the client repeats it later.
    Waiting {
        asked: u8,
        until: u8,
    },
    /// The client holds the lock, as far as it knows.
    Holding {
        seen: Seen,
        renewals: u8,
    },
    /// The client waits for a reply.
    Calling(Pending),
    Crashed,
}

/// A request without a reply yet.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Pending {
    pub(super) message: Message,
    /// The number of retries that are left if no reply comes.
    pub(super) retries: u8,
    /// How many more requests may follow a rejection that explains nothing.
    pub(super) rounds: usize,
    /// Whether an earlier attempt got no reply.
    pub(super) in_doubt: bool,
}

impl Client {
    pub(super) const fn new(ahead: u8) -> Self {
        Self { ahead, turn: 0, phase: Phase::Idle }
    }

    pub(super) fn end_turn(&mut self) {
        self.turn += 1;
        self.phase = Phase::Idle;
    }

    pub(super) const fn pending(&self) -> Option<&Pending> {
        match &self.phase {
            Phase::Calling(pending) => Some(pending),
            _ => None,
        }
    }
}
