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
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

/// The fate of one request.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// The server executes and answers it.
    Pass,
    /// The server executes it, and the reply is lost.
    LoseReply,
    /// The server does not get it, and the client gets this answer.
    Answer(u16, &'static str),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Wire {
    plan: Arc<Mutex<VecDeque<Fate>>>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Wire {
    /// Applies these fates to the next requests, in order. Later requests pass.
    pub(crate) fn plan(&self, fates: impl IntoIterator<Item = Fate>) {
        *self.plan.lock() = fates.into_iter().collect();
    }

    /// The actions of the requests since the last call.
    pub(crate) fn take_log(&self) -> Vec<String> {
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
        let action = target.rsplit('.').next().expect("the target ends in the action");
        self.log.lock().push(action.to_owned());
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
                    Err(ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into()))
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
