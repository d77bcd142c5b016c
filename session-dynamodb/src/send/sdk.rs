//! The transport over the AWS SDK.

mod convert;
mod failure;
mod genuine;
mod interceptor;
mod items;
mod tables;

use super::progress::Progress;
use crate::send::failure::Failure;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::RequestId;
use interceptor::{CheckReply, SENT, Sent};
use session_core::time::Timestamp;
use std::error::Error as StdError;
use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, OnceLock};
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

/// Sends by a client of the AWS SDK.
pub(crate) struct SdkTransport {
    client: Client,
}

impl SdkTransport {
    /// A transport with this client's configuration, without retries and time limits.
    ///
    /// The SDK's retries would hide attempts. Its time limits for whole operations would end
    /// attempts unseen.
    pub(crate) fn new(client: &Client) -> Self {
        let config = client.config();
        let timeouts = config.timeout_config().cloned();
        let mut timeouts = timeouts.map_or_else(TimeoutConfig::builder, |own| own.to_builder());
        timeouts.set_operation_timeout(None);
        let config = config
            .to_builder()
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts.build())
            .interceptor(CheckReply);
        Self { client: Client::from_conf(config.build()) }
    }
}

/// Awaits the reply of the SDK, and reports the start of sending to `progress`.
///
/// The SDK logs requests and replies with all that is in them, so nothing of it is logged (S6).
async fn sent<T, E>(
    progress: Progress,
    reply: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
) -> Result<T, SdkError<E, HttpResponse>> {
    SENT.scope(Sent::tells(progress), reply).with_subscriber(NoSubscriber::new()).await
}

/// The same with the time of the reply on the server's clock, if the reply says so.
async fn sent_dated<T, E>(
    progress: Progress,
    reply: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
) -> Result<(T, Option<Timestamp>), SdkError<E, HttpResponse>> {
    let date = Arc::new(OnceLock::new());
    let sent = Sent::tells(progress).hears(Arc::clone(&date));
    let reply = SENT.scope(sent, reply).with_subscriber(NoSubscriber::new()).await?;
    Ok((reply, date.get().copied()))
}

/// The failure for an error of the SDK that is no rejection.
fn failure<E, R>(error: &SdkError<E, HttpResponse>) -> Failure<R>
where
    E: ProvideErrorMetadata + RequestId + StdError + Send + Sync + 'static,
{
    failure::of(error).of_request()
}

impl Debug for SdkTransport {
    /// A client's own `Debug` may show credentials.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("SdkTransport")
    }
}
