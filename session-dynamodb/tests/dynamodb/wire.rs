//! A connector below the SDK that logs requests and applies a planned fate to each.
//!
//! A server answers after the execution, so a request with a reply was executed.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::http::{HttpRequest, HttpResponse};
use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_sdk_dynamodb::error::ConnectorError;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_types::body::SdkBody;
use parking_lot::Mutex;
use serde_json::Value;
use std::collections::VecDeque;
use std::future::pending;
use std::io;
use std::sync::Arc;

/// The fate of one request.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// The server executes and answers it.
    Pass,
    /// The server executes it, and the reply is lost.
    LoseReply,
    /// The server executes it twice, and the client gets the second reply.
    Duplicate,
    /// It is lost before the server executes it, and the client cannot know that.
    LoseRequest,
    /// The server executes it, and the client never gets an answer.
    Hang,
    /// The server does not get it, and the client gets this answer.
    Answer(u16, &'static str),
    /// The server executes it, and the reply has this `Date`, or none.
    Dated(Option<String>),
}

/// A request as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sent {
    pub(crate) action: String,
    pub(crate) body: Value,
}

impl Sent {
    /// Whether it is a deletion that requires that there is no item.
    pub(crate) fn is_deletion_of_nothing(&self) -> bool {
        let condition = self.body["ConditionExpression"].as_str().unwrap_or_default();
        self.action == "DeleteItem" && condition.starts_with("attribute_not_exists")
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Wire {
    plan: Arc<Mutex<VecDeque<Fate>>>,
    log: Arc<Mutex<Vec<Sent>>>,
}

impl Wire {
    /// Applies these fates to the next requests, in order. Later requests pass.
    pub(crate) fn plan(&self, fates: impl IntoIterator<Item = Fate>) {
        *self.plan.lock() = fates.into_iter().collect();
    }

    /// The requests since the last call.
    pub(crate) fn take_log(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.log.lock())
    }

    /// The same client over this wire.
    pub(crate) fn under(&self, client: &Client) -> Client {
        let config = client.config();
        let below = config.http_client().expect("the client has one");
        let http_client = Tapped { below, wire: self.clone() };
        Client::from_conf(config.to_builder().http_client(http_client).build())
    }

    fn next_fate(&self) -> Fate {
        self.plan.lock().pop_front().unwrap_or(Fate::Pass)
    }

    fn note(&self, request: &HttpRequest) {
        let target = request.headers().get("x-amz-target").expect("requests have a target");
        let action = target.rsplit('.').next().expect("the target ends in the action").to_owned();
        let body = request.body().bytes().expect("bodies are in memory");
        let body = serde_json::from_slice(body).expect("bodies are JSON");
        self.log.lock().push(Sent { action, body });
    }
}

#[derive(Debug)]
struct Tapped {
    below: SharedHttpClient,
    wire: Wire,
}

impl HttpClient for Tapped {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let below = self.below.http_connector(settings, components);
        SharedHttpConnector::new(TappedConnector { below, wire: self.wire.clone() })
    }
}

#[derive(Debug)]
struct TappedConnector {
    below: SharedHttpConnector,
    wire: Wire,
}

impl HttpConnector for TappedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.wire.note(&request);
        let (below, fate) = (self.below.clone(), self.wire.next_fate());
        HttpConnectorFuture::new(async move {
            match fate {
                Fate::Pass => below.call(request).await,
                Fate::LoseReply => {
                    drop(below.call(request).await?);
                    Err(lost())
                }
                Fate::Hang => {
                    drop(below.call(request).await?);
                    pending().await
                }
                Fate::Duplicate => {
                    let copy = request.try_clone().expect("bodies are in memory");
                    drop(below.call(copy).await?);
                    below.call(request).await
                }
                Fate::LoseRequest => Err(lost()),
                Fate::Dated(date) => {
                    let mut reply = below.call(request).await?;
                    reply.headers_mut().remove("date");
                    if let Some(date) = date {
                        reply.headers_mut().insert("date", date);
                    }
                    Ok(reply)
                }
                Fate::Answer(status, body) => {
                    let status = status.try_into().expect("it is a status");
                    let mut reply = HttpResponse::new(status, SdkBody::from(body));
                    reply.headers_mut().insert("content-type", "application/x-amz-json-1.0");
                    Ok(reply)
                }
            }
        })
    }
}

fn lost() -> ConnectorError {
    ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into())
}
