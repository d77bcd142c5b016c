//! The one error type, and its advice for the caller.

mod kind;
mod operation;

pub use kind::{ErrorKind, Outcome, Retry};
pub use operation::Operation;

use crate::SessionId;
use crate::store::Payload;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

/// The result of an operation on sessions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn StdError + Send + Sync + 'static>;

/// Why an operation was rejected or failed.
///
/// The [kind](Self::kind) says what happened, [`outcome`](Self::outcome) whether the operation may
/// have taken effect all the same, and [`retry`](Self::retry) what to do next. No failure stands
/// for an absent session ([R2](crate::contract#r2)), and no text of it contains a secret
/// ([S6](crate::contract#s6)). So code that builds an error from a driver's error must not keep a
/// source that carries an item.
///
/// ```
/// use session_core::error::{Operation, Retry};
/// use session_core::{Error, ErrorKind};
///
/// let error = Error::new(Operation::Update, ErrorKind::Conflict);
/// assert_eq!(error.retry(), Retry::Reopen);
/// assert_eq!(error.to_string(), "update: another write came first");
/// ```
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    operation: Operation,
    kind: ErrorKind,
    outcome: Outcome,
    detail: Option<Cow<'static, str>>,
    payload: Option<Payload>,
    new_id: Option<SessionId>,
    source: Option<Source>,
}

impl Error {
    /// An error of this kind, from an operation that has certainly not taken effect.
    pub fn new(operation: Operation, kind: ErrorKind) -> Self {
        let outcome = Outcome::NotApplied;
        Self(Box::new(Inner {
            operation,
            kind,
            outcome,
            detail: None,
            payload: None,
            new_id: None,
            source: None,
        }))
    }

    /// Adds a detail: a fragment, without secrets, that names the thing and a remedy.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// The same error, caused by `source`, which must carry no secret.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error, of an operation that may have taken effect.
    #[must_use]
    pub fn with_unknown_outcome(mut self) -> Self {
        self.0.outcome = Outcome::Unknown;
        self
    }

    /// The same error, holding the data that it is about.
    #[must_use]
    pub fn with_payload(mut self, payload: Payload) -> Self {
        self.0.payload = Some(payload);
        self
    }

    /// The same error, of a commit that may have given the session this id.
    #[must_use]
    pub fn with_new_id(mut self, id: SessionId) -> Self {
        self.0.new_id = Some(id);
        self
    }

    /// The same error, reported by another operation, of which the first was a part.
    #[must_use]
    pub fn during(mut self, operation: Operation) -> Self {
        self.0.operation = operation;
        self
    }

    /// The kind of the failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed.
    pub fn operation(&self) -> Operation {
        self.0.operation
    }

    /// Whether the operation may have taken effect.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The advice for the caller.
    pub fn retry(&self) -> Retry {
        match self.0.outcome {
            Outcome::Unknown => Retry::Reopen,
            Outcome::NotApplied => self.0.kind.retry(),
        }
    }

    /// How long the lock that is in the way is leased for, where that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0.kind {
            ErrorKind::Locked { remaining } | ErrorKind::LockTimeout { remaining } => remaining,
            _ => None,
        }
    }

    /// The data that could not be decoded, for [`Corrupt`](ErrorKind::Corrupt).
    pub fn payload(&self) -> Option<&Payload> {
        self.0.payload.as_ref()
    }

    /// The new id of the session, if the outcome of a commit that rotates is unknown.
    ///
    /// The session is then stored under exactly one of two ids: the one that it was opened by, or
    /// this one.
    pub fn new_id(&self) -> Option<&SessionId> {
        self.0.new_id.as_ref()
    }
}

impl Display for Error {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.0.operation, self.0.kind)?;
        if let Some(detail) = &self.0.detail {
            write!(formatter, ": {detail}")?;
        }
        if self.0.outcome == Outcome::Unknown {
            formatter.write_str(" (outcome unknown: it may have taken effect)")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
