//! No secret appears in an error or in a log, for every failure (S6).

use crate::network::{Arguments, Network, Operation, of_sessions, of_tables};
use crate::support::{TABLE, key};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_smithy_http_client::Builder as HttpClient;
use parking_lot::Mutex;
use session_conformance::proxy::{CutPoint, Fault, HttpFault, HttpReply};
use session_conformance::secrets::Secrets;
use session_core::error::Outcome;
use session_core::store::{Freshness, SessionStore};
use session_core::{Error, ErrorKind};
use session_dynamodb::DynamoDbStore;
use std::io::{self, Write};
use std::sync::Arc;
use tracing::instrument::WithSubscriber;
use tracing_subscriber::fmt::MakeWriter;

const CREDENTIALS: [&str; 2] = ["the-access-key-id", "the-secret-access-key"];

fn secrets(given: &Arguments) -> Secrets {
    Secrets::new()
        .with("the key", given.key.as_str())
        .with("the token", given.token.encode())
        .with("the data", "secret data")
        .with("the credentials", CREDENTIALS[0])
        .with("the credentials", CREDENTIALS[1])
}

fn client(endpoint_url: &str) -> Client {
    let [id, secret] = CREDENTIALS;
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint_url)
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new(id, secret, None, None, "test"))
        .http_client(HttpClient::new().build_http());
    Client::from_conf(config.build())
}

fn all() -> impl Iterator<Item = Operation> {
    of_sessions().into_iter().chain(of_tables())
}

fn assert_shows_nothing(error: &Error, given: &Arguments, what: &str) {
    let shown = secrets(given).found_in_error(error);
    assert_eq!(shown, None, "{what}: {error}");
}

/// An endpoint without a scheme, which is a common mistake.
#[tokio::test]
async fn an_endpoint_that_is_no_url_is_a_matter_of_configuration_and_shows_nothing() {
    let network = Network::new().await;
    let given = network.given("the-secret-session").await;
    for endpoint in ["localhost:8000", "//localhost", "ftp://localhost", "http://", "not a URL", ""]
    {
        let store = DynamoDbStore::builder(client(endpoint), TABLE).locking(true);
        let store = store.clock(network.bench.clock.clone()).build();
        let store = Arc::new(store.expect("the settings fit"));
        for operation in all() {
            let error = (operation.run)(Arc::clone(&store), given.clone()).await;
            let error = error.expect_err("nothing is there");
            let what = format!("{} on `{endpoint}`", operation.name);
            assert_shows_nothing(&error, &given, &what);
            assert_eq!(error.kind(), ErrorKind::Config, "{what}: {error}");
            assert_eq!(error.outcome(), Outcome::NotApplied, "{what}: {error}");
            assert!(error.to_string().contains("scheme and host"), "{what}: {error}");
        }
    }
}

fn faults() -> Vec<HttpFault> {
    let page = |status| HttpReply::new(status).with_header("content-type", "text/html");
    let genuine = HttpReply::new(400).with_header("content-type", "application/x-amz-json-1.0");
    let echo = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException",
                   "message":"the-secret-session and secret data"}"#;
    vec![
        HttpFault::Wire(Fault::reset(CutPoint::BeforeRequest)),
        HttpFault::Wire(Fault::close(CutPoint::AfterRequest)),
        HttpFault::Wire(Fault::close(CutPoint::InReply { after: 150 })),
        HttpFault::Replace(page(200).with_body("the-secret-session, secret data")),
        HttpFault::Answer(page(500).with_body("the-secret-session, secret data")),
        HttpFault::Answer(genuine.with_body(echo)),
    ]
}

#[tokio::test]
async fn no_error_shows_a_secret_after_any_failure() {
    for operation in all() {
        let network = Network::new().await;
        let given = network.given("the-secret-session").await;
        let store = network.builder().build().expect("the settings fit");
        let store = Arc::new(store);
        for fault in faults() {
            network.proxy.clear();
            network.proxy.always(fault.clone());
            if let Err(error) = (operation.run)(Arc::clone(&store), given.clone()).await {
                assert_shows_nothing(&error, &given, &format!("{} with {fault:?}", operation.name));
            }
        }
    }
}

/// The whole log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock()).into_owned()
    }

    fn subscriber(&self) -> impl tracing::Subscriber + Send + Sync + use<> {
        let builder = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
        builder.with_writer(self.clone()).finish()
    }
}

#[tokio::test]
async fn nothing_secret_is_logged_at_any_level() {
    let (log, network) = (Log::default(), Network::new().await);
    let given = network.given("the-secret-session").await;
    let endpoint = format!("http://{}", network.proxy.address());
    let store = DynamoDbStore::builder(client(&endpoint), TABLE).locking(true);
    let store = Arc::new(store.clock(network.bench.clock.clone()).build().expect("it fits"));
    let work = async {
        tracing::trace!("the log has begun");
        for operation in all() {
            let _ = (operation.run)(Arc::clone(&store), given.clone()).await;
        }
        network.proxy.plan([HttpFault::Wire(Fault::reset(CutPoint::AfterRequest))]);
        let _ = store.load(&given.key, Freshness::AsConfigured).await;
    };
    work.with_subscriber(log.subscriber()).await;
    let text = log.text();
    assert!(text.contains("the log has begun"), "the log is empty");
    assert_eq!(secrets(&given).found_in(&text), None, "{text}");
}

/// The test above can fail: without the store's filter, the SDK logs every secret.
#[tokio::test]
async fn the_sdk_itself_logs_keys() {
    let (log, network) = (Log::default(), Network::new().await);
    let given = network.given("the-secret-session").await;
    let call = network.client().get_item().table_name(TABLE);
    let id = aws_sdk_dynamodb::types::AttributeValue::S(given.key.as_str().into());
    let sent = async { call.key("id", id).send().await };
    sent.with_subscriber(log.subscriber()).await.expect("it is answered");
    assert!(secrets(&given).found_in(&log.text()).is_some());
}

#[tokio::test]
async fn an_unknown_session_is_not_named_either() {
    let network = Network::new().await;
    let store = network.builder().build().expect("the settings fit");
    network.proxy.refuse_connections().await;
    let error = store
        .load(&key("another-secret-session"), Freshness::AsConfigured)
        .await
        .expect_err("nobody is there");
    let secrets = Secrets::new().with("the key", "another-secret-session");
    assert_eq!(secrets.found_in_error(&error), None);
    assert_eq!(error.kind(), ErrorKind::Unavailable);
}
