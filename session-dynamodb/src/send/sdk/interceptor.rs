//! Reads values inside the SDK: its endpoint, the moment of sending, and the reply.

use super::genuine::{self, Head};
use crate::clock_check::read_date;
use crate::send::failure::UnparsableReply;
use crate::send::progress::Progress;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextRef,
    BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::endpoint::Endpoint;
use aws_types::endpoint_config::EndpointUrl;
use session_core::time::Timestamp;
use std::cell::Cell;
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::sync::{Arc, OnceLock};

tokio::task_local! {
    /// The attempt that the current task makes.
    pub(super) static SENT: Sent;
}

/// Reports the progress of an attempt once, and its reply's date if requested.
pub(super) struct Sent {
    progress: Cell<Option<Progress>>,
    date: Option<Arc<OnceLock<Timestamp>>>,
}

impl Sent {
    pub(super) fn tells(progress: Progress) -> Self {
        Self { progress: Cell::new(Some(progress)), date: None }
    }

    /// The same, and the time on the server's clock goes here, if the reply says so.
    pub(super) fn hears(self, date: Arc<OnceLock<Timestamp>>) -> Self {
        Self { date: Some(date), ..self }
    }

    fn note_date(&self, response: &HttpResponse) {
        let Some(noted) = &self.date else { return };
        if let Some(date) = response.headers().get("date").and_then(read_date) {
            // One attempt has one reply.
            let _ = noted.set(date);
        }
    }
}

/// Checks the endpoint, and that each reply is certainly one of DynamoDB.
#[derive(Debug)]
pub(super) struct CheckReply;

impl Intercept for CheckReply {
    fn name(&self) -> &'static str {
        "CheckReply"
    }

    /// Rejects an endpoint without a host.
    ///
    /// The SDK panics on an endpoint that is empty. Its error for an endpoint without a scheme
    /// contains the request.
    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        match config.load::<EndpointUrl>() {
            Some(EndpointUrl(url)) if host(url.as_str()).is_empty() => Err(InvalidEndpoint.into()),
            _ => Ok(()),
        }
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Outside a scope nobody waits for the news.
        let _ = SENT.try_with(|sent| sent.progress.take().map(Progress::mark_sent));
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let Some(body) = response.body().bytes() else {
            // It could not be read, which is an error already.
            return Ok(());
        };
        let endpoint = config.load::<Endpoint>();
        let headers = response.headers();
        let head = Head {
            content_type: headers.get("content-type"),
            checksum: headers.get("x-amz-crc32"),
            request_id: headers.get("x-amzn-requestid"),
            host: endpoint.map_or("", |endpoint| host(endpoint.url())),
        };
        genuine::check(head, body).map_err(NotGenuine)?;
        let _ = SENT.try_with(|sent| sent.note_date(response));
        Ok(())
    }
}

/// A reply that is not certainly one of DynamoDB.
#[derive(Debug)]
pub(super) struct NotGenuine(pub(super) UnparsableReply);

impl Display for NotGenuine {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("the reply is not one of DynamoDB")
    }
}

impl Error for NotGenuine {}

/// An endpoint that is no URL with scheme and host.
#[derive(Debug)]
pub(super) struct InvalidEndpoint;

impl Display for InvalidEndpoint {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("the endpoint is not a URL with scheme and host")
    }
}

impl Error for InvalidEndpoint {}

/// The host of a URL, without user and port; empty if there is none.
fn host(url: &str) -> &str {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let authority = rest.unwrap_or_default().split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn the_host_of_a_url_is_found() {
        for (url, expected) in [
            ("https://dynamodb.eu-west-1.amazonaws.com", "dynamodb.eu-west-1.amazonaws.com"),
            ("http://localhost:8000/", "localhost"),
            ("http://user:password@[::1]:8000/path", "::1"),
            ("localhost:8000", ""),
            ("http://", ""),
            ("", ""),
        ] {
            assert_eq!(host(url), expected, "{url}");
        }
    }
}
