use super::WireFault;
use super::plan::Plan;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::http::{HttpRequest, HttpResponse};
use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_sdk_dynamodb::error::ConnectorError;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;

/// The same client with a plan between it and its server.
pub(super) fn tapped(client: &Client, plan: Arc<Plan>) -> Client {
    let config = client.config();
    let Some(below) = config.http_client() else {
        // Without a client of its own it cannot send at all, and says so itself.
        return client.clone();
    };
    Client::from_conf(config.to_builder().http_client(Tapped { below, plan }).build())
}

#[derive(Debug)]
struct Tapped {
    below: SharedHttpClient,
    plan: Arc<Plan>,
}

impl HttpClient for Tapped {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let below = self.below.http_connector(settings, components);
        SharedHttpConnector::new(TappedConnector { below, plan: Arc::clone(&self.plan) })
    }
}

#[derive(Clone, Debug)]
struct TappedConnector {
    below: SharedHttpConnector,
    plan: Arc<Plan>,
}

impl HttpConnector for TappedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match self.plan.draw(action_of(&request)) {
            None => self.below.call(request),
            Some(fault) => {
                let connector = self.clone();
                HttpConnectorFuture::new(async move { connector.meet(fault, request).await })
            }
        }
    }
}

type Replied = Result<HttpResponse, ConnectorError>;

impl TappedConnector {
    async fn meet(&self, fault: WireFault, request: HttpRequest) -> Replied {
        match fault {
            WireFault::Throttled => self.inject(fault, || Ok(answer(400, THROTTLED))),
            WireFault::FailsBefore => self.inject(fault, || Ok(answer(500, FAILED))),
            WireFault::Reset => self.inject(fault, || Err(reset())),
            WireFault::FailsAfter => {
                self.carry_out(fault, request, || Ok(answer(500, FAILED))).await
            }
            WireFault::ReplyLost => self.carry_out(fault, request, || Err(reset())).await,
            WireFault::Duplicated => match request.try_clone() {
                Some(copy) => {
                    drop(self.below.call(copy).await?);
                    self.plan.note(fault);
                    self.below.call(request).await
                }
                None => self.below.call(request).await,
            },
            WireFault::Slow => {
                self.plan.note(fault);
                pass().await;
                let reply = self.below.call(request).await;
                pass().await;
                reply
            }
        }
    }

    fn inject(&self, fault: WireFault, reply: impl FnOnce() -> Replied) -> Replied {
        self.plan.note(fault);
        reply()
    }

    /// What the server refuses was not carried out: the sender hears of it, and no fault follows.
    async fn carry_out(
        &self,
        fault: WireFault,
        request: HttpRequest,
        reply: impl FnOnce() -> Replied,
    ) -> Replied {
        let done = self.below.call(request).await?;
        if done.status().is_success() { self.inject(fault, reply) } else { Ok(done) }
    }
}

/// The action of a request, or nothing of one that is not DynamoDB's.
fn action_of(request: &HttpRequest) -> &str {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    target.rsplit('.').next().unwrap_or_default()
}

const THROTTLED: &str =
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}"#;
const FAILED: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}"#;

fn answer(status: u16, body: &'static str) -> HttpResponse {
    let status = StatusCode::try_from(status).expect("it is a status");
    HttpResponse::new(status, SdkBody::from(body))
}

fn reset() -> ConnectorError {
    ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into())
}

/// Gives others many turns.
async fn pass() {
    const TURNS: u32 = 64;
    let mut left = TURNS;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
