//! The calls of a client, and their answers.

use super::target::Target;
use crate::call::{Call, Reply};
use futures_util::FutureExt;
use session_core::error::Outcome;
use session_core::store::Key;
use session_core::{ErrorKind, Result};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// A call of the store, or a move of the clock.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Call(Call),
    Advance { by: Duration },
}

/// The outcome of the act.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Replied(Reply),
    Refused(ErrorKind),
    /// The store failed and says that it may have done it all the same.
    Unknown(ErrorKind),
    Panicked,
}

impl Act {
    pub(super) async fn take(&self, target: &Target) -> Answer {
        match self {
            Self::Call(call) => {
                let made = AssertUnwindSafe(call.make(&*target.parts)).catch_unwind();
                made.await.map_or(Answer::Panicked, Answer::from)
            }
            Self::Advance { by } => {
                target.clock.advance(*by);
                Answer::Replied(Reply::Done)
            }
        }
    }

    /// The keys that it names.
    pub(super) fn keys(&self) -> Vec<&Key> {
        match self {
            Self::Call(call) => call.keys(),
            Self::Advance { .. } => Vec::new(),
        }
    }
}

impl From<Result<Reply>> for Answer {
    fn from(answer: Result<Reply>) -> Self {
        match answer {
            Ok(reply) => Self::Replied(reply),
            Err(error) if error.outcome() == Outcome::Unknown => Self::Unknown(error.kind()),
            Err(error) => Self::Refused(error.kind()),
        }
    }
}
