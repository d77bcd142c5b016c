//! A history: every call with the moments at which it was made and answered.

use super::act::{Act, Answer};
use std::sync::atomic::{AtomicU64, Ordering};

/// The client that made a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The one that creates the records to begin with.
    Founder,
    Client(usize),
    /// The one that reads all keys in the end.
    Auditor,
}

/// One call, or one move of the clock, in a history.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) who: Who,
    pub(super) act: Act,
    /// The outcome; nothing if its future was dropped before the answer.
    pub(super) answer: Option<Answer>,
    pub(super) invoked: u64,
    pub(super) ended: u64,
}

impl Event {
    /// When its effect has taken place at the latest, if there is such a moment.
    ///
    /// A future that was dropped may have sent its request, and so may a call whose reply was lost.
    pub(super) fn settled(&self) -> Option<u64> {
        match self.answer {
            None | Some(Answer::Unknown(_)) => None,
            Some(_) => Some(self.ended),
        }
    }

    /// Whether two calls were under way at the same time.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.invoked < other.ended && other.invoked < self.ended
    }
}

/// The calls of one run of a program.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    pub(super) events: Vec<Event>,
    /// The schedule of the clients, if they took turns.
    pub(super) turns: Vec<usize>,
}

impl History {
    /// How many calls were under way together with another.
    pub(super) fn overlapping(&self) -> usize {
        let overlaps = |event: &&Event| {
            let others = self.events.iter().filter(|other| other.invoked != event.invoked);
            others.into_iter().any(|other| event.overlaps(other))
        };
        self.events.iter().filter(overlaps).count()
    }
}

/// Tells the order of invocations and answers; no two have the same number.
#[derive(Debug, Default)]
pub(super) struct Ticks(AtomicU64);

impl Ticks {
    pub(super) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}
