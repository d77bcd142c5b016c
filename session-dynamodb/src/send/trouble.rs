//! What can go wrong with a request, and what each means: the one classification.

use session_core::ErrorKind;

/// How a request failed that no condition refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble<'a> {
    /// It could not be made.
    Construction,
    /// There were no credentials to sign it with.
    Credentials,
    /// There was no connection to send it over.
    Unreachable,
    /// The HTTP client found the request invalid.
    Client,
    /// It was sent, as far as is known, and no reply came in time.
    Timeout,
    /// It was sent, as far as is known, and no reply came.
    Broken,
    /// A reply came that is not one of DynamoDB.
    Garbled,
    /// The service refused it.
    Service { code: Option<&'a str>, status: u16, message: Option<&'a str> },
}

/// What follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub(crate) kind: Kind,
    /// Whether the same request may succeed after a while.
    pub(crate) may_pass: bool,
    /// Whether it may have been carried out all the same.
    pub(crate) may_be_applied: bool,
    /// What it is, and the way out.
    pub(crate) advice: &'static str,
}

/// The kind of the error; what is too large has its figures from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Unavailable,
    Config,
    Denied,
    TooLarge,
    InvalidArgument,
}

impl Kind {
    /// The most that an item may take, as DynamoDB counts.
    pub(crate) const LIMIT: usize = 400 * 1024;

    /// The kind as callers see it. How large an item is that the server refused, only the server
    /// knows: larger than the limit.
    pub(crate) const fn of_error(self) -> ErrorKind {
        match self {
            Self::Unavailable => ErrorKind::Unavailable,
            Self::Config => ErrorKind::Config,
            Self::Denied => ErrorKind::Denied,
            Self::TooLarge => ErrorKind::TooLarge { size: Self::LIMIT + 1, limit: Self::LIMIT },
            Self::InvalidArgument => ErrorKind::InvalidArgument,
        }
    }
}

impl Trouble<'_> {
    /// What the failure means. Codes are the same on all servers, their messages are not.
    pub(crate) fn meaning(self) -> Meaning {
        match self {
            Self::Construction => {
                refused(Kind::Config, "the request cannot be made: see the source")
            }
            Self::Credentials => refused(
                Kind::Denied,
                "there are no credentials: give the client some, by environment, profile or role",
            ),
            Self::Unreachable => passing(
                "the endpoint is not reachable: check its address, and that the client has TLS if \
                 it needs that",
            ),
            Self::Client => {
                refused(Kind::Config, "the client does not take the request: see the source")
            }
            Self::Timeout => doubtful("no reply came in time"),
            Self::Broken => doubtful("the connection broke before the reply"),
            Self::Garbled => doubtful(GARBLED),
            Self::Service { code, status, message } => of_service(code, status, message),
        }
    }
}

const THROTTLED: [&str; 8] = [
    "LimitExceededException",
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingError",
    "ThrottlingException",
    "TooManyRequestsException",
];

const BROKEN_DOWN: [&str; 5] = [
    "InternalFailure",
    "InternalServerError",
    "InternalServerErrorException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
];

const UNKNOWN_CREDENTIALS: [&str; 9] = [
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

fn of_service(code: Option<&str>, status: u16, message: Option<&str>) -> Meaning {
    match code.unwrap_or_default() {
        code if THROTTLED.contains(&code) => passing(TOO_MUCH),
        code if BROKEN_DOWN.contains(&code) => doubtful(FAILED),
        code if UNKNOWN_CREDENTIALS.contains(&code) => refused(
            Kind::Denied,
            "the service does not know the credentials: check them, the region and the clock",
        ),
        "TransactionConflictException"
        | "TransactionConflict"
        | "ReplicatedWriteConflictException" => passing("another write to the item is under way"),
        "ResourceInUseException" => passing("the table is being changed"),
        "TransactionInProgressException" => doubtful("the transaction is under way already"),
        "ResourceNotFoundException" | "TableNotFoundException" => refused(
            Kind::Config,
            "there is no such table: create it, or check its name, the region and the endpoint",
        ),
        "AccessDeniedException" | "AccessDenied" | "NotAuthorized" | "KMSAccessDeniedException" => {
            refused(Kind::Denied, "the credentials do not allow this action on the table: allow it")
        }
        "ExpiredTokenException" | "ExpiredToken" | "RequestExpired" | "RequestTimeTooSkewed" => {
            refused(Kind::Denied, "the credentials or the signature expired: check the clock")
        }
        "ItemCollectionSizeLimitExceededException" | "ItemCollectionSizeLimitExceeded" => {
            refused(Kind::TooLarge, "the item collection is at its limit")
        }
        "ValidationException" | "ValidationError" => of_validation(message),
        "IdempotentParameterMismatchException" => {
            refused(Kind::InvalidArgument, "a version was used for two writes: draw one for each")
        }
        "SerializationException" | "UnknownOperationException" | "InvalidEndpointException" => {
            refused(Kind::Config, "the endpoint does not speak this protocol: check its address")
        }
        _ => of_status(status),
    }
}

/// The one code that says two things, so its message has to be looked at: an item that has become
/// too large by attributes of others, and everything that a wrong table gives rise to.
fn of_validation(message: Option<&str>) -> Meaning {
    let is_size = |message: &str| {
        message.contains("tem size") && message.contains("exceeded the maximum allowed size")
    };
    if message.is_some_and(is_size) {
        return refused(
            Kind::TooLarge,
            "the item with the attributes that others keep on it is over the limit",
        );
    }
    refused(
        Kind::Config,
        "the table does not take this request: check that its key is the hash key alone, a string \
         by the name that is set",
    )
}

const TOO_MUCH: &str = "it is throttled: raise the table's capacity, or ask less often";
const FAILED: &str = "the service failed";
const GARBLED: &str = "the reply is not one of DynamoDB: check the endpoint";

fn of_status(status: u16) -> Meaning {
    match status {
        200..=399 => doubtful(GARBLED),
        413 => refused(Kind::TooLarge, "the request is larger than the service takes"),
        429 => passing(TOO_MUCH),
        401 | 403 => refused(Kind::Denied, "the service refuses the credentials"),
        400..=499 => refused(Kind::Unavailable, "the service refused the request"),
        _ => doubtful(FAILED),
    }
}

const fn refused(kind: Kind, advice: &'static str) -> Meaning {
    Meaning { kind, may_pass: false, may_be_applied: false, advice }
}

const fn passing(advice: &'static str) -> Meaning {
    Meaning { kind: Kind::Unavailable, may_pass: true, may_be_applied: false, advice }
}

const fn doubtful(advice: &'static str) -> Meaning {
    Meaning { kind: Kind::Unavailable, may_pass: true, may_be_applied: true, advice }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Trouble};

    /// May the same request succeed later? May this one have been carried out?
    const NEVER: (bool, bool) = (false, false);
    const LATER: (bool, bool) = (true, false);
    const DOUBT: (bool, bool) = (true, true);

    const SIZE: &str = "Item size to update has exceeded the maximum allowed size";

    fn service(code: &'static str) -> Trouble<'static> {
        Trouble::Service { code: Some(code), status: 400, message: None }
    }

    fn status(status: u16) -> Trouble<'static> {
        Trouble::Service { code: None, status, message: None }
    }

    type Row = (Trouble<'static>, Kind, (bool, bool));

    fn rows() -> Vec<Row> {
        let invalid = |message| Trouble::Service {
            code: Some("ValidationException"),
            status: 400,
            message: Some(message),
        };
        vec![
            (Trouble::Construction, Kind::Config, NEVER),
            (Trouble::Credentials, Kind::Denied, NEVER),
            (Trouble::Unreachable, Kind::Unavailable, LATER),
            (Trouble::Client, Kind::Config, NEVER),
            (Trouble::Timeout, Kind::Unavailable, DOUBT),
            (Trouble::Broken, Kind::Unavailable, DOUBT),
            (Trouble::Garbled, Kind::Unavailable, DOUBT),
            (service("ProvisionedThroughputExceededException"), Kind::Unavailable, LATER),
            (service("ThrottlingException"), Kind::Unavailable, LATER),
            (service("RequestLimitExceeded"), Kind::Unavailable, LATER),
            (service("TransactionConflictException"), Kind::Unavailable, LATER),
            (service("ReplicatedWriteConflictException"), Kind::Unavailable, LATER),
            (service("ResourceInUseException"), Kind::Unavailable, LATER),
            (service("TransactionInProgressException"), Kind::Unavailable, DOUBT),
            (service("InternalServerError"), Kind::Unavailable, DOUBT),
            (service("ServiceUnavailable"), Kind::Unavailable, DOUBT),
            (service("ResourceNotFoundException"), Kind::Config, NEVER),
            (service("AccessDeniedException"), Kind::Denied, NEVER),
            (service("UnrecognizedClientException"), Kind::Denied, NEVER),
            (service("InvalidSignatureException"), Kind::Denied, NEVER),
            (service("MissingAuthenticationTokenException"), Kind::Denied, NEVER),
            (service("ExpiredTokenException"), Kind::Denied, NEVER),
            (service("ItemCollectionSizeLimitExceededException"), Kind::TooLarge, NEVER),
            (service("ValidationException"), Kind::Config, NEVER),
            (invalid("The provided key element does not match the schema"), Kind::Config, NEVER),
            (invalid(SIZE), Kind::TooLarge, NEVER),
            (service("IdempotentParameterMismatchException"), Kind::InvalidArgument, NEVER),
            (service("SerializationException"), Kind::Config, NEVER),
            (service("UnknownOperationException"), Kind::Config, NEVER),
            (service("TransactionConflict"), Kind::Unavailable, LATER),
            (service("ThrottlingError"), Kind::Unavailable, LATER),
            (service("ACodeOfTheFuture"), Kind::Unavailable, NEVER),
            (status(200), Kind::Unavailable, DOUBT),
            (status(413), Kind::TooLarge, NEVER),
            (status(429), Kind::Unavailable, LATER),
            (status(403), Kind::Denied, NEVER),
            (status(500), Kind::Unavailable, DOUBT),
            (status(503), Kind::Unavailable, DOUBT),
        ]
    }

    #[test]
    fn every_failure_has_its_row() {
        for (trouble, kind, (may_pass, may_be_applied)) in rows() {
            let meaning = trouble.meaning();
            assert_eq!(meaning.kind, kind, "{trouble:?}");
            assert_eq!(meaning.may_pass, may_pass, "{trouble:?} later");
            assert_eq!(meaning.may_be_applied, may_be_applied, "{trouble:?} applied");
        }
    }

    #[test]
    fn what_the_server_found_too_large_is_over_the_limit() {
        let session_core::ErrorKind::TooLarge { size, limit } = Kind::TooLarge.of_error() else {
            panic!("it is another kind");
        };
        assert!(size > limit);
    }
}
