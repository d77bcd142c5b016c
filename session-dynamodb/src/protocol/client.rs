use super::message::{Message, Seen};

/// The actions of a client, as a holder of a lock by pessimistic locking.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Client {
    /// How many ticks its clock is ahead.
    pub(super) ahead: u8,
    /// How many turns are over.
    pub(super) turn: u8,
    pub(super) phase: Phase,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// Before its next turn, or after the last.
    Idle,
    /// Rejected when it asked at this tick of its clock. It asks again at a later one.
    Waiting {
        asked: u8,
        until: u8,
    },
    /// It holds the lock, as far as it knows.
    Holding {
        seen: Seen,
        renewals: u8,
    },
    /// It waits for a reply.
    Calling(Pending),
    Crashed,
}

/// A request without a reply yet.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Pending {
    pub(super) message: Message,
    /// How many more times it is sent if no reply comes.
    pub(super) retries: u8,
    /// How many more times another request is tried after a rejection that explains nothing.
    pub(super) rounds: usize,
    /// Whether an attempt was made that nothing was heard of.
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
