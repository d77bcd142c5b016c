//! Errors of the SDK as failures.
//!
//! Nothing else of the errors is kept: they can carry requests, replies and credentials (S6).

use super::interceptor::{InvalidEndpoint, NotGenuine};
use crate::send::failure::{Failure, NoReply, NotSent, ServiceError, UnparsableReply};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ConnectorError, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::RequestId;
use hyper_util::client::legacy::Error as HttpError;
use std::error::Error;
use std::io;
use std::iter::successors;

/// The failure for an error of a request that no condition rejected.
pub(super) fn of<E>(error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + RequestId + Error + Send + Sync + 'static,
{
    match error {
        SdkError::ServiceError(context) => {
            let (status, found) = (context.raw().status().as_u16(), context.err());
            of_service(status, found)
        }
        SdkError::ConstructionFailure(_) => {
            let is_endpoint = layers(error).any(<dyn Error>::is::<InvalidEndpoint>);
            let why = if is_endpoint { NotSent::InvalidEndpoint } else { NotSent::Construction };
            Failure::NotSent(why)
        }
        SdkError::TimeoutError(_) => Failure::NoReply(NoReply::TimedOut),
        SdkError::DispatchFailure(failure) => {
            let connector = failure.as_connector_error();
            connector.map_or(Failure::NoReply(NoReply::ConnectionLost), of_connector)
        }
        // The error itself has a source for each layer, and one of them may be the check's.
        _ => of_response(error),
    }
}

fn of_service(status: u16, error: &(impl ProvideErrorMetadata + RequestId)) -> Failure {
    let text = |text: Option<&str>| text.map(str::to_owned);
    Failure::Service(ServiceError {
        code: text(error.code()),
        status,
        message: text(error.message()),
        request_id: text(error.request_id()),
    })
}

/// A response that could not be read to its end, or is not one of DynamoDB.
fn of_response(error: &(dyn Error + 'static)) -> Failure {
    let why = layers(error).find_map(|layer| layer.downcast_ref().map(|NotGenuine(why)| *why));
    match why {
        Some(why) => why.into(),
        None if layers(error).any(is_of_connection) => Failure::NoReply(NoReply::ConnectionLost),
        None => UnparsableReply::NoObject.into(),
    }
}

/// An error, and all that caused it.
fn layers<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |layer| (*layer).source())
}

fn is_of_connection(layer: &(dyn Error + 'static)) -> bool {
    layer.is::<io::Error>() || layer.is::<HttpError>() || layer.is::<hyper::Error>()
}

/// How far the request came. A request that may have been sent counts as sent.
fn of_connector(error: &ConnectorError) -> Failure {
    if let Some(why) = layers(error).find_map(|layer| unsent(layer, layers(error))) {
        return Failure::NotSent(why);
    }
    if error.is_user() {
        return Failure::NotSent(NotSent::InvalidRequest);
    }
    let why = if error.is_timeout() { NoReply::TimedOut } else { NoReply::ConnectionLost };
    Failure::NoReply(why)
}

/// Why nothing was sent, if this layer of an error says that nothing was.
fn unsent<'a>(
    layer: &(dyn Error + 'static),
    layers: impl Iterator<Item = &'a (dyn Error + 'static)>,
) -> Option<NotSent> {
    if layer.is::<InvalidEndpoint>() {
        return Some(NotSent::InvalidEndpoint);
    }
    if let Some(error) = layer.downcast_ref() {
        return Some(of_credentials(error));
    }
    let text = layer.to_string();
    for (beginning, why) in WORDS {
        if text.starts_with(beginning) {
            return Some(why.clone());
        }
    }
    let is_connecting = layer.downcast_ref().is_some_and(HttpError::is_connect);
    let is_rejected = layer.downcast_ref().map(io::Error::kind);
    let is_rejected = is_rejected.is_some_and(|kind| kind == io::ErrorKind::ConnectionRefused);
    (is_connecting || is_rejected).then(|| {
        // The operating system and TLS say it in their own words, which know no request.
        let reason = layers.filter_map(|layer| layer.downcast_ref::<io::Error>()).last();
        NotSent::Unreachable(reason.map(ToString::to_string))
    })
}

fn of_credentials(error: &CredentialsError) -> NotSent {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => NotSent::NoCredentials,
        CredentialsError::InvalidConfiguration(_) => NotSent::InvalidCredentials,
        _ => NotSent::CredentialsUnavailable,
    }
}

/// Beginnings of the SDK's messages of unsent requests, where the type is private.
const WORDS: [(&str, NotSent); 4] = [
    ("failed to select an auth scheme", NotSent::NoCredentials),
    ("failed to apply endpoint", NotSent::InvalidEndpoint),
    ("failed to resolve endpoint", NotSent::NoEndpoint),
    ("No HTTP client was available", NotSent::InvalidRequest),
];
