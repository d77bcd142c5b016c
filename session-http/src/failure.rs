use session_core::{Error, ErrorKind};
use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

/// The response to a request whose session failed, as a status and a body.
///
/// | kind of error | status |
/// | --- | --- |
/// | `Conflict`, `LockLost`, `AlreadyExists`, `Gone` | 409 |
/// | `LockTimeout`, `Locked`, `Unavailable`, `Full` | 503, with `Retry-After` |
/// | all others | 500 |
///
/// `Gone` is not a 410, because caches may store a 410 (RFC 9110, section 15.5.11).
///
/// ```
/// use session_core::error::Operation;
/// use session_core::{Error, ErrorKind};
/// use session_http::Failure;
///
/// let failure = Failure::from(Error::new(Operation::Update, ErrorKind::Conflict));
/// assert_eq!(failure.status(), 409);
/// assert_eq!(failure.body(), r#"{"kind":"Conflict"}"#);
/// ```
#[derive(Debug)]
pub struct Failure {
    status: u16,
    error: Option<Error>,
}

/// The value of `Retry-After`, in seconds, if the error names no time.
const RETRY_AFTER: Duration = Duration::from_secs(1);

impl Failure {
    /// A failure without a session error, such as 401 for a client without a sign-in.
    pub const fn of_status(status: u16) -> Self {
        Self { status, error: None }
    }

    /// The status of the response.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The error of the session, if it caused the failure.
    pub const fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// The value of `Retry-After` for a 503: seconds after which to try again.
    pub fn retry_after(&self) -> Option<u64> {
        let wait = self.error.as_ref().and_then(Error::retry_after).unwrap_or(RETRY_AFTER);
        let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        (self.status == 503).then_some(whole.max(1))
    }

    /// The body, of type `application/json`: the kind of the error, without secrets.
    pub fn body(&self) -> String {
        match self.error.as_ref().map(Error::kind) {
            Some(kind) => format!(r#"{{"kind":"{}"}}"#, kind.name()),
            None => format!(r#"{{"status":{}}}"#, self.status),
        }
    }

    /// Adds a line to the log, with the kind and the operation of the error.
    ///
    /// The level is ERROR for a status of 500 or more, and INFO otherwise. A failure without an
    /// error of the session adds no line. Adapters call this for failures that handlers return.
    /// [`End`](crate::End) logs its own failures.
    pub fn log(&self) {
        let Some(error) = &self.error else { return };
        let (kind, operation) = (error.kind().name(), error.operation().name());
        if self.status >= 500 {
            tracing::error!(kind, operation, %error, "the session failed");
        } else {
            tracing::info!(kind, operation, "the session failed");
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = match error.kind() {
            ErrorKind::Conflict
            | ErrorKind::LockLost
            | ErrorKind::AlreadyExists
            | ErrorKind::Gone => 409,
            ErrorKind::LockTimeout { .. }
            | ErrorKind::Locked { .. }
            | ErrorKind::Unavailable
            | ErrorKind::Full => 503,
            _ => 500,
        };
        Self { status, error: Some(error) }
    }
}

impl Display for Failure {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match &self.error {
            Some(error) => write!(formatter, "{error}"),
            None => write!(formatter, "status {}", self.status),
        }
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.as_ref().map(|error| error as _)
    }
}
