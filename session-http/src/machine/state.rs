use super::cookie_change::CookieChange;
use crate::cookie::PresentedIds;
use crate::{Access, CookiePolicy};
use session_core::error::Operation;
use session_core::{Error, ErrorKind, OpenSession, ReadSession, Result, SessionId, Sessions};
use std::mem;

/// The state of a request's session.
pub(crate) struct Inner<D> {
    pub(crate) sessions: Sessions<D>,
    pub(crate) access: Access,
    pub(crate) known: Known,
    pub(crate) state: State<D>,
    /// Whether the response depends on the session.
    pub(crate) used: bool,
    /// Whether the session was committed early, so that nothing more is written.
    pub(crate) committed: bool,
    /// The number of deletions.
    ///
    /// A session that was opened under an older number is discarded.
    pub(crate) generation: u32,
    pub(crate) cookie: Option<CookieChange>,
    /// The sections that are held for writing.
    pub(crate) held: Vec<&'static str>,
    /// The error of a held section that could not be written back.
    pub(crate) failed: Option<Error>,
}

pub(crate) enum State<D> {
    /// No session is open.
    Idle,
    Read(ReadSession<D>),
    Write(OpenSession<D>),
    /// A commit or a deletion is under way.
    Busy,
    /// An operation failed in a way that forbids to open the session again.
    Refused(Operation, ErrorKind),
    /// The response has begun.
    Over,
}

/// The id under which the session is stored.
pub(crate) enum Known {
    /// One of the ids that the client presented.
    Presented(PresentedIds),
    /// This id.
    Id(SessionId),
    /// The session is not stored.
    Unstored,
}

impl Known {
    pub(crate) fn ids<D: 'static>(
        &self,
        policy: &CookiePolicy,
        sessions: &Sessions<D>,
    ) -> Vec<SessionId> {
        match self {
            Self::Presented(presented) if presented.is_empty() => Vec::new(),
            Self::Presented(presented) => policy.ids(presented, sessions.id_alphabet()),
            Self::Id(id) => vec![id.clone()],
            Self::Unstored => Vec::new(),
        }
    }
}

impl<D> State<D> {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Read(_) => "open for reading",
            Self::Write(_) => "open for writing",
            Self::Busy => "busy",
            Self::Refused(..) => "refused",
            Self::Over => "over",
        }
    }

    /// Replaces the state, and returns the old one, to be dropped without a lock held.
    pub(crate) const fn replace(&mut self, state: Self) -> Self {
        mem::replace(self, state)
    }
}

impl<D: Default + 'static> Inner<D> {
    /// The data, or `None` if the session has to be opened first.
    pub(crate) fn data(&self) -> Result<Option<&D>> {
        match &self.state {
            State::Read(read) => Ok(Some(read.data())),
            State::Write(open) => Ok(Some(open.data())),
            State::Idle | State::Busy => Ok(None),
            State::Refused(operation, kind) => Err(Error::new(*operation, *kind)),
            State::Over => Err(over()),
        }
    }

    /// The session for writing, or `None` if it has to be opened first.
    pub(crate) fn writable(&mut self) -> Result<Option<&mut OpenSession<D>>> {
        if self.committed {
            return Err(invalid("the session was committed: change it before that"));
        }
        match &mut self.state {
            State::Write(open) => Ok(Some(open)),
            State::Idle | State::Busy | State::Read(_) => Ok(None),
            State::Refused(operation, kind) => Err(Error::new(*operation, *kind)),
            State::Over => Err(over()),
        }
    }

    /// Checks that the route has access to its session.
    pub(crate) fn check_access(&self) -> Result<()> {
        if self.access == Access::Off {
            let error = Error::new(Operation::Open, ErrorKind::Config);
            return Err(error
                .with_detail("the session is off for this route: give the route another access"));
        }
        Ok(())
    }

    /// Checks that nothing was opened yet.
    pub(crate) fn unused(&mut self) -> Result<&mut Self> {
        if self.used {
            let error = Error::new(Operation::Configure, ErrorKind::Config);
            return Err(error.with_detail(
                "the session was used before its route chose how: move the middleware that uses it \
                 inside of the route, or let it choose",
            ));
        }
        Ok(self)
    }

    /// Checks that the section is not held for writing.
    pub(crate) fn check_free(&self, section: &'static str) -> Result<()> {
        if self.held.contains(&section) {
            let detail = format!("section {section} is held for writing: drop it first");
            return Err(Error::new(Operation::Open, ErrorKind::InvalidArgument).with_detail(detail));
        }
        Ok(())
    }
}

pub(crate) fn over() -> Error {
    let error = Error::new(Operation::Open, ErrorKind::Gone);
    error.with_detail("the response has begun: use `Session::later` after it")
}

pub(crate) fn invalid(detail: &'static str) -> Error {
    Error::new(Operation::Open, ErrorKind::InvalidArgument).with_detail(detail)
}
