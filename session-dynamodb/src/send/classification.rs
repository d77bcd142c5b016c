//! The meaning of each failure: the one classification of this backend.

mod codes;
#[cfg(test)]
mod tests;

use super::failure::{Failure, NoReply, NotSent, UnparsableReply};
use session_core::ErrorKind;
use std::borrow::Cow;

/// The meaning of a failure to the caller, and to the loop that retries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Classification {
    pub(crate) kind: Kind,
    /// Whether the same request may succeed after a while.
    pub(crate) may_pass: bool,
    /// Whether it may have been carried out all the same.
    pub(crate) may_be_applied: bool,
    /// The failure, and what to do.
    pub(crate) advice: Cow<'static, str>,
}

/// The kind of an error, without the figures of an item that is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Unavailable,
    Config,
    /// The credentials are unknown, missing or expired.
    Unauthenticated,
    /// The credentials do not allow the action.
    Forbidden,
    TooLarge,
    InvalidArgument,
}

impl Kind {
    /// The largest item that DynamoDB takes, in bytes as it counts.
    pub(crate) const LIMIT: usize = 400 * 1024;

    /// The kind that callers see.
    ///
    /// Only the server knows the size of an item that it rejected: it is larger than the limit.
    pub(crate) const fn of_error(self) -> ErrorKind {
        match self {
            Self::Unavailable => ErrorKind::Unavailable,
            Self::Config => ErrorKind::Config,
            Self::Unauthenticated | Self::Forbidden => ErrorKind::Denied,
            Self::TooLarge => ErrorKind::TooLarge { size: Self::LIMIT + 1, limit: Self::LIMIT },
            Self::InvalidArgument => ErrorKind::InvalidArgument,
        }
    }
}

impl Failure {
    /// The meaning of this failure of a request of the action with this name.
    pub(crate) fn classify(&self, action: &str) -> Classification {
        match self {
            Self::NotSent(why) => why.classify(),
            Self::NoReply(why) => why.classify(),
            Self::Service(error) => error.classify(action),
            Self::Rejected(never) => match *never {},
        }
    }
}

impl NotSent {
    fn classify(&self) -> Classification {
        match self {
            Self::Construction => rejected(
                Kind::Config,
                "the request cannot be made: the names of the table and its attributes do not \
                 make a valid one",
            ),
            Self::InvalidRequest => rejected(
                Kind::Config,
                "the HTTP client does not accept the request: check the endpoint and the client's \
                 settings",
            ),
            Self::InvalidEndpoint => rejected(
                Kind::Config,
                "the endpoint is not a URL with scheme and host: write it as \
                 `http://localhost:8000`, or leave it out for AWS",
            ),
            Self::NoEndpoint => rejected(
                Kind::Config,
                "the client has no usable region: set one, by `region` or AWS_REGION",
            ),
            Self::NoCredentials => rejected(
                Kind::Unauthenticated,
                "there are no credentials: give the client some, by environment, profile or role",
            ),
            Self::InvalidCredentials => rejected(
                Kind::Unauthenticated,
                "the configuration of the credentials cannot work: check profile and role",
            ),
            Self::CredentialsUnavailable => php_lock(
                "the provider of the credentials failed or did not answer in time: check the \
                 metadata service, or whatever provides them",
            ),
            Self::Unreachable(None) => php_lock(UNREACHABLE),
            Self::Unreachable(Some(reason)) => php_lock(format!("{UNREACHABLE} ({reason})")),
        }
    }
}

impl NoReply {
    fn classify(self) -> Classification {
        in_doubt(match self {
            Self::TimedOut => "no reply came in time",
            Self::ConnectionLost => "the connection was lost before the reply",
            Self::Unparsable(UnparsableReply::ContentType | UnparsableReply::NoObject) => {
                "the reply is not from DynamoDB: check the endpoint, and proxies before it"
            }
            Self::Unparsable(UnparsableReply::Checksum) => {
                "the checksum of the reply is wrong: it was changed or cut on its way"
            }
            Self::Unparsable(UnparsableReply::NoRequestId) => {
                "the reply is not from AWS, because it has no request id: check proxies before it"
            }
            Self::Unparsable(UnparsableReply::MissingPart) => {
                "the reply lacks a part that was asked for: the server does not do what DynamoDB \
                 does"
            }
        })
    }
}

const UNREACHABLE: &str = "the endpoint is not reachable: check its address, and that the client has TLS if it needs that";

fn rejected(kind: Kind, advice: impl Into<Cow<'static, str>>) -> Classification {
    Classification { kind, may_pass: false, may_be_applied: false, advice: advice.into() }
}

fn php_lock(advice: impl Into<Cow<'static, str>>) -> Classification {
    let advice = advice.into();
    Classification { kind: Kind::Unavailable, may_pass: true, may_be_applied: false, advice }
}

fn in_doubt(advice: impl Into<Cow<'static, str>>) -> Classification {
    let advice = advice.into();
    Classification { kind: Kind::Unavailable, may_pass: true, may_be_applied: true, advice }
}
