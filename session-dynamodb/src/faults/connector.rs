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
        let action = action_of(&request).to_owned();
        match self.plan.draw(&action) {
            None => self.below.call(request),
            Some(fault) => {
                let met = Met { connector: self.clone(), fault, action };
                HttpConnectorFuture::new(async move { met.by(request).await })
            }
        }
    }
}

type Replied = Result<HttpResponse, ConnectorError>;

/// The fault that a request of an action meets.
struct Met {
    connector: TappedConnector,
    fault: WireFault,
    action: String,
}

impl Met {
    async fn by(&self, request: HttpRequest) -> Replied {
        match self.fault {
            WireFault::Throttled => self.inject(|| Ok(answer(400, THROTTLED))),
            WireFault::FailsBefore => self.inject(|| Ok(answer(500, FAILED))),
            WireFault::Reset => self.inject(|| Err(reset())),
            WireFault::FailsAfter => self.carry_out(request, || Ok(answer(500, FAILED))).await,
            WireFault::ReplyLost => self.carry_out(request, || Err(reset())).await,
            WireFault::TimesOut => {
                if self.connector.plan.flip() {
                    // The reply of the server is lost, also if it is a rejection.
                    drop(self.send(request).await);
                }
                self.inject(|| Err(timeout()))
            }
            WireFault::Duplicated => match request.try_clone() {
                Some(copy) => {
                    drop(self.send(copy).await?);
                    self.note();
                    self.send(request).await
                }
                None => self.send(request).await,
            },
            WireFault::Slow => {
                self.note();
                pass().await;
                let reply = self.send(request).await;
                pass().await;
                reply
            }
        }
    }

    fn send(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.connector.below.call(request)
    }

    fn note(&self) {
        self.connector.plan.note(self.fault, &self.action);
    }

    fn inject(&self, reply: impl FnOnce() -> Replied) -> Replied {
        self.note();
        reply()
    }

    /// Sends the request, and injects the fault into the reply to a success.
    ///
    /// A rejected request was not carried out: the sender gets the reply, and no fault follows.
    async fn carry_out(&self, request: HttpRequest, reply: impl FnOnce() -> Replied) -> Replied {
        let done = self.send(request).await?;
        if done.status().is_success() { self.inject(reply) } else { Ok(done) }
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
    let mut reply = HttpResponse::new(status, SdkBody::from(body));
    reply.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    reply
}

fn reset() -> ConnectorError {
    ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into())
}

fn timeout() -> ConnectorError {
    ConnectorError::timeout(io::Error::from(io::ErrorKind::TimedOut).into())
}

/// Yields to other tasks many times.
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
