use session_core::Error;
use std::fmt::{self, Display, Formatter};
use std::panic::Location;

/// The conclusion of a case.
pub type Verdict<T = ()> = Result<T, Violation>;

/// A violation of a law by a store, and where the case noticed it.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Violation {
    message: String,
    location: &'static Location<'static>,
}

impl Violation {
    /// A violation noticed by the caller.
    #[track_caller]
    pub fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        let location = Location::caller();
        Self { message, location }
    }

    /// The description of the violation.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The place in the suite's source that noticed.
    pub fn location(&self) -> &'static Location<'static> {
        self.location
    }
}

/// A violation without a place, which a step of a case returns.
///
/// `?` makes a [`Violation`] of it in the case, and adds the line of the case.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    message: String,
}

/// The result of a step of a case.
pub(crate) type Checked<T = ()> = Result<T, Finding>;

impl Finding {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl From<Error> for Finding {
    fn from(error: Error) -> Self {
        Self::new(format!("unexpected error {}: {error}", error.kind().name()))
    }
}

impl From<Violation> for Finding {
    fn from(violation: Violation) -> Self {
        Self::new(violation.message)
    }
}

impl From<Finding> for Violation {
    #[track_caller]
    fn from(finding: Finding) -> Self {
        Self::new(finding.message)
    }
}

impl Display for Violation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { message, location } = self;
        write!(formatter, "{message} ({location})")
    }
}

/// An error where the law promises success: `?` in a case makes a violation of it.
impl From<Error> for Violation {
    #[track_caller]
    fn from(error: Error) -> Self {
        Finding::from(error).into()
    }
}
