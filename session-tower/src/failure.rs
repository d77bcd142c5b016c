use http::{HeaderMap, HeaderValue, StatusCode, header};
use session_core::error::Operation;
use session_core::{Error, ErrorKind};
use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};

/// The response to a request whose session failed, or whose user lacks permission.
///
/// Handlers return it, and `?` converts every error of a session to it. [`session_http::Failure`]
/// lists the statuses. As a response of axum, it has a JSON body with the kind of the error.
///
/// ```
/// use session_tower::Failure;
///
/// fn only_for(user: Option<u64>) -> Result<u64, Failure> {
///     user.ok_or(Failure::UNAUTHORIZED)
/// }
///
/// assert_eq!(only_for(None).expect_err("nobody is signed in").status(), 401);
/// ```
#[derive(Debug)]
pub struct Failure {
    failure: session_http::Failure,
    /// The mistake in the router. It contains no secret, so clients see it, too.
    misuse: Option<&'static str>,
}

impl Failure {
    /// Status 401: no user is signed in.
    pub const UNAUTHORIZED: Self = Self::of_status(401);

    /// Status 403: the user is signed in but lacks permission.
    pub const FORBIDDEN: Self = Self::of_status(403);

    const fn of_status(status: u16) -> Self {
        Self { failure: session_http::Failure::of_status(status), misuse: None }
    }

    /// The failure of a router with its layers in the wrong order or missing.
    pub(crate) fn of_misuse(detail: &'static str) -> Self {
        let error = Error::new(Operation::Open, ErrorKind::Config).with_detail(detail);
        Self { misuse: Some(detail), ..Self::from(error) }
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The error of the session, if it caused the failure.
    pub const fn error(&self) -> Option<&Error> {
        self.failure.error()
    }

    /// Adds a line to the log if an error of the session caused the failure.
    #[cfg(feature = "axum")]
    pub(crate) fn log(&self) {
        self.failure.log();
    }

    /// The headers of the response.
    ///
    /// Caches do not store it, and a 503 says when to try again.
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.failure.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        headers
    }

    /// The body of the response, of the type `application/json`.
    pub fn body(&self) -> String {
        match self.misuse {
            Some(detail) => format!(r#"{{"kind":"Config","detail":"{detail}"}}"#),
            None => self.failure.body(),
        }
    }
}

impl From<StatusCode> for Failure {
    fn from(status: StatusCode) -> Self {
        Self::of_status(status.as_u16())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::from(session_http::Failure::from(error))
    }
}

impl From<session_http::Failure> for Failure {
    fn from(failure: session_http::Failure) -> Self {
        Self { failure, misuse: None }
    }
}

impl Display for Failure {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.failure.fmt(formatter)
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.failure.source()
    }
}
