use super::Kind;
use crate::send::failure::{Failure, NoReply, NotSent, ServiceError, UnparsableReply};
use session_core::ErrorKind;

/// May the same request succeed later? May this one have been carried out?
const NEVER: (bool, bool) = (false, false);
const LATER: (bool, bool) = (true, false);
const DOUBT: (bool, bool) = (true, true);

const SIZE: &str = "Item size to update has exceeded the maximum allowed size";

type Row = (&'static str, Failure, Kind, (bool, bool));

fn service(code: &'static str, kind: Kind, meaning: (bool, bool)) -> Row {
    let error = ServiceError { code: Some(code.into()), status: 400, ..ServiceError::default() };
    (code, Failure::Service(error), kind, meaning)
}

fn invalid(message: &'static str, kind: Kind) -> Row {
    let code = Some("ValidationException".into());
    let error = ServiceError { code, message: Some(message.into()), ..ServiceError::default() };
    (message, Failure::Service(error), kind, NEVER)
}

fn status(status: u16, kind: Kind, meaning: (bool, bool)) -> Row {
    let error = ServiceError { status, ..ServiceError::default() };
    ("a status alone", Failure::Service(error), kind, meaning)
}

fn not_sent(why: NotSent, kind: Kind, meaning: (bool, bool)) -> Row {
    ("not sent", Failure::NotSent(why), kind, meaning)
}

fn no_reply(why: NoReply) -> Row {
    ("no reply", Failure::NoReply(why), Kind::Unavailable, DOUBT)
}

fn without_a_reply() -> Vec<Row> {
    use UnparsableReply::{Checksum, ContentType, MissingPart, NoObject, NoRequestId};
    let unparsable = [Checksum, ContentType, MissingPart, NoObject, NoRequestId];
    let mut rows = vec![
        not_sent(NotSent::Construction, Kind::Config, NEVER),
        not_sent(NotSent::InvalidRequest, Kind::Config, NEVER),
        not_sent(NotSent::InvalidEndpoint, Kind::Config, NEVER),
        not_sent(NotSent::NoEndpoint, Kind::Config, NEVER),
        not_sent(NotSent::NoCredentials, Kind::Unauthenticated, NEVER),
        not_sent(NotSent::InvalidCredentials, Kind::Unauthenticated, NEVER),
        not_sent(NotSent::CredentialsUnavailable, Kind::Unavailable, LATER),
        not_sent(NotSent::Unreachable(None), Kind::Unavailable, LATER),
        no_reply(NoReply::TimedOut),
        no_reply(NoReply::ConnectionLost),
    ];
    rows.extend(unparsable.map(|why| no_reply(NoReply::Unparsable(why))));
    rows
}

fn of_the_service() -> Vec<Row> {
    vec![
        service("ProvisionedThroughputExceededException", Kind::Unavailable, LATER),
        service("ThrottlingException", Kind::Unavailable, LATER),
        service("RequestLimitExceeded", Kind::Unavailable, LATER),
        service("TransactionConflictException", Kind::Unavailable, LATER),
        service("ReplicatedWriteConflictException", Kind::Unavailable, LATER),
        service("ResourceInUseException", Kind::Unavailable, LATER),
        service("KMSThrottlingException", Kind::Unavailable, LATER),
        service("TransactionInProgressException", Kind::Unavailable, DOUBT),
        service("InternalServerError", Kind::Unavailable, DOUBT),
        service("ServiceUnavailable", Kind::Unavailable, DOUBT),
        service("ResourceNotFoundException", Kind::Config, NEVER),
        service("KMSNotFoundException", Kind::Config, NEVER),
        service("AccessDeniedException", Kind::Forbidden, NEVER),
        service("KMSAccessDeniedException", Kind::Forbidden, NEVER),
        service("UnrecognizedClientException", Kind::Unauthenticated, NEVER),
        service("InvalidSignatureException", Kind::Unauthenticated, NEVER),
        service("MissingAuthenticationTokenException", Kind::Unauthenticated, NEVER),
        service("ExpiredTokenException", Kind::Unauthenticated, NEVER),
        service("ItemCollectionSizeLimitExceededException", Kind::TooLarge, NEVER),
        service("ValidationException", Kind::Config, NEVER),
        invalid("The provided key element does not match the schema", Kind::Config),
        invalid(SIZE, Kind::TooLarge),
        service("IdempotentParameterMismatchException", Kind::InvalidArgument, NEVER),
        service("SerializationException", Kind::Config, NEVER),
        service("UnknownOperationException", Kind::Config, NEVER),
        service("TransactionConflict", Kind::Unavailable, LATER),
        service("ThrottlingError", Kind::Unavailable, LATER),
        service("ACodeOfTheFuture", Kind::Unavailable, NEVER),
        status(413, Kind::TooLarge, NEVER),
        status(429, Kind::Unavailable, LATER),
        status(403, Kind::Unauthenticated, NEVER),
        status(500, Kind::Unavailable, DOUBT),
        status(503, Kind::Unavailable, DOUBT),
    ]
}

#[test]
fn every_failure_has_its_row() {
    for (name, failure, kind, meaning) in without_a_reply().into_iter().chain(of_the_service()) {
        let found = failure.classify("UpdateItem");
        assert_eq!(found.kind, kind, "{name}: {}", found.advice);
        assert_eq!((found.may_pass, found.may_be_applied), meaning, "{name}: {}", found.advice);
    }
}

#[test]
fn an_action_that_the_server_does_not_know_is_named() {
    let (_, failure, ..) = service("UnknownOperationException", Kind::Config, NEVER);
    let advice = failure.classify("TransactWriteItems").advice;
    assert!(advice.contains("does not know the action TransactWriteItems"), "{advice}");
}

#[test]
fn what_the_server_found_too_large_is_over_the_limit() {
    let ErrorKind::TooLarge { size, limit } = Kind::TooLarge.of_error() else {
        panic!("it is another kind");
    };
    assert!(size > limit);
}
