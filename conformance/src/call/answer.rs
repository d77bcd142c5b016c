use super::Reply;
use session_core::store::{Acquired, Snapshot, Version};
use session_core::{Error, Result};
use std::fmt::{self, Debug, Formatter};

/// The answer to a call, as far as two lawful stores give the same answer.
#[derive(Clone, PartialEq)]
pub(crate) enum Answer {
    Replied(Reply),
    Refused(&'static str),
}

impl Answer {
    pub(crate) const DONE: Self = Self::Replied(Reply::Done);

    /// The same answer without a version, for a store that does not compare versions.
    ///
    /// Such a store need not report them.
    pub(crate) fn without_version(self) -> Self {
        let unversioned = |snapshot| Snapshot { version: Version::NONE, ..snapshot };
        match self {
            Self::Replied(Reply::Loaded(found)) => {
                Self::Replied(Reply::Loaded(found.map(unversioned)))
            }
            Self::Replied(Reply::Acquired(Acquired::Locked(found))) => {
                Self::Replied(Reply::Acquired(Acquired::Locked(unversioned(found))))
            }
            other => other,
        }
    }
}

impl From<Reply> for Answer {
    /// How long a lease still runs, a store need not know.
    fn from(reply: Reply) -> Self {
        match reply {
            Reply::Acquired(Acquired::Busy { .. }) => {
                Self::Replied(Reply::Acquired(Acquired::Busy { remaining: None }))
            }
            reply => Self::Replied(reply),
        }
    }
}

impl From<&Error> for Answer {
    fn from(error: &Error) -> Self {
        Self::Refused(error.kind().name())
    }
}

impl From<Result<Reply>> for Answer {
    fn from(answer: Result<Reply>) -> Self {
        answer.map_or_else(|error| Self::from(&error), Self::from)
    }
}

impl Debug for Answer {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replied(reply) => reply.fmt(formatter),
            Self::Refused(kind) => formatter.write_str(kind),
        }
    }
}
