//! Errors that the server reports, by code.
//!
//! Codes are the same on all servers, messages are not.

use super::{Classification, Kind, in_doubt, php_lock, rejected};
use crate::send::failure::ServiceError;

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

const EXPIRED_CREDENTIALS: [&str; 4] =
    ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "RequestTimeTooSkewed"];

const FORBIDDEN: [&str; 4] =
    ["AccessDenied", "AccessDeniedException", "KMSAccessDeniedException", "NotAuthorized"];

const UNUSABLE_KEY: [&str; 4] = [
    "KMSDisabledException",
    "KMSInvalidStateException",
    "KMSNotFoundException",
    "KMSOptInRequired",
];

const CONTENDED: [&str; 3] =
    ["ReplicatedWriteConflictException", "TransactionConflict", "TransactionConflictException"];

impl ServiceError {
    pub(super) fn classify(&self, action: &str) -> Classification {
        match self.code.as_deref().unwrap_or_default() {
            code if THROTTLED.contains(&code) => php_lock(TOO_MUCH),
            "KMSThrottlingException" => php_lock("the key service throttles: ask less often"),
            code if BROKEN_DOWN.contains(&code) => in_doubt(FAILED),
            code if CONTENDED.contains(&code) => php_lock("another write to the item is under way"),
            code if UNKNOWN_CREDENTIALS.contains(&code) => rejected(
                Kind::Unauthenticated,
                "the service does not know the credentials: check them, the region and the clock",
            ),
            code if EXPIRED_CREDENTIALS.contains(&code) => rejected(
                Kind::Unauthenticated,
                "the credentials or the signature expired: renew them, and check the clock",
            ),
            code if FORBIDDEN.contains(&code) => rejected(
                Kind::Forbidden,
                "the credentials do not allow this action on the table: allow it",
            ),
            code if UNUSABLE_KEY.contains(&code) => rejected(
                Kind::Config,
                "the key that encrypts the table cannot be used: check it in the key service",
            ),
            code => self.classify_request(code, action),
        }
    }

    /// An error that is about the request.
    fn classify_request(&self, code: &str, action: &str) -> Classification {
        match code {
            "ResourceInUseException" => php_lock("the table is being changed"),
            "TransactionInProgressException" => in_doubt("the transaction is under way already"),
            "ResourceNotFoundException" | "TableNotFoundException" => rejected(
                Kind::Config,
                "there is no such table: check its name, the region and the endpoint, or create it",
            ),
            "ItemCollectionSizeLimitExceededException" | "ItemCollectionSizeLimitExceeded" => {
                rejected(Kind::TooLarge, "the item collection is at its limit")
            }
            "ValidationException" | "ValidationError" => {
                of_validation(self.message.as_deref().unwrap_or_default())
            }
            "IdempotentParameterMismatchException" => rejected(
                Kind::InvalidArgument,
                "one version was used for two writes: generate a new one for each",
            ),
            "UnknownOperationException" => rejected(
                Kind::Config,
                format!(
                    "the server does not know the action {action}: check the endpoint, or do \
                     without the feature that needs it"
                ),
            ),
            "SerializationException" | "InvalidEndpointException" => rejected(
                Kind::Config,
                "the endpoint does not speak this protocol: check its address",
            ),
            _ => of_status(self.status),
        }
    }
}

/// Classifies the only code with two meanings by its message.
///
/// Either an item has become too large because of attributes of other programs, or the table is not
/// as the settings say.
fn of_validation(message: &str) -> Classification {
    if message.contains("tem size") && message.contains("exceeded the maximum allowed size") {
        return rejected(
            Kind::TooLarge,
            "the item with the attributes of other programs is over the limit",
        );
    }
    rejected(
        Kind::Config,
        "the table does not take this request: check that its key is the hash key alone, a string \
         by the name that is set",
    )
}

const TOO_MUCH: &str = "it is throttled: raise the table's capacity, or ask less often";
const FAILED: &str = "the service failed";

fn of_status(status: u16) -> Classification {
    match status {
        413 => rejected(
            Kind::TooLarge,
            "the request is larger than the service accepts: store less data",
        ),
        429 => php_lock(TOO_MUCH),
        401 | 403 => rejected(Kind::Unauthenticated, "the service rejects the credentials"),
        400..=499 => rejected(Kind::Unavailable, "the service rejected the request"),
        _ => in_doubt(FAILED),
    }
}
