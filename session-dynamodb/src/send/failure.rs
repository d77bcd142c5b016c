//! How an attempt fails, by what is known of its request.

use std::convert::Infallible;

/// Why a request was not carried out, or is not known to have been.
pub(crate) enum Failure<R = Infallible> {
    /// Nothing was sent.
    NotSent(NotSent),
    /// It was sent, as far as is known, and no reply came that can be used.
    NoReply(NoReply),
    /// The server rejected its condition.
    Rejected(R),
    /// The server replied with an error.
    Service(ServiceError),
}

/// Why nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotSent {
    /// The request cannot be made from its description.
    Construction,
    /// The HTTP client found the request invalid.
    InvalidRequest,
    /// The endpoint is no URL with scheme and host.
    InvalidEndpoint,
    /// There is no region, and no endpoint either.
    NoEndpoint,
    /// There are no credentials to sign with.
    NoCredentials,
    /// The credentials are configured in a way that cannot work.
    InvalidCredentials,
    /// The provider of the credentials failed or did not answer in time.
    CredentialsUnavailable,
    /// There is no connection to the endpoint. The text is the operating system's.
    Unreachable(Option<String>),
}

/// Why there is no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoReply {
    /// None came in time.
    TimedOut,
    /// The connection was lost before its end.
    ConnectionLost,
    /// The reply is not certainly the store's.
    Unparsable(UnparsableReply),
}

/// Why a reply is not taken for one of DynamoDB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnparsableReply {
    /// Its content type is not that of the protocol.
    ContentType,
    /// It is not one JSON object.
    NoObject,
    /// Its checksum is not that of its body.
    Checksum,
    /// It comes from AWS and has no request id.
    NoRequestId,
    /// It lacks a part that the request asked for.
    MissingPart,
}

/// An error that the server reports.
///
/// It has no `Debug`: a message can contain a key.
#[derive(Clone, Default)]
pub(crate) struct ServiceError {
    pub(crate) code: Option<String>,
    pub(crate) status: u16,
    /// The server's words, to be looked at and not to be shown.
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
}

impl Failure {
    /// The same failure of a request that conditions can reject.
    pub(crate) fn of_request<R>(self) -> Failure<R> {
        match self {
            Self::NotSent(why) => Failure::NotSent(why),
            Self::NoReply(why) => Failure::NoReply(why),
            Self::Service(error) => Failure::Service(error),
            Self::Rejected(never) => match never {},
        }
    }
}

impl<R> From<UnparsableReply> for Failure<R> {
    fn from(why: UnparsableReply) -> Self {
        Self::NoReply(NoReply::Unparsable(why))
    }
}
