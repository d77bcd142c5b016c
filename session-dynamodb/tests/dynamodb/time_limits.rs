//! Every operation ends in time, with every failure of the network.

use crate::network::{Network, of_sessions};
use crate::support::{TABLE, key, token};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};
use aws_smithy_http_client::Builder as HttpClient;
use session_conformance::proxy::{CutPoint, Fault, HttpFault, HttpReply};
use session_core::ErrorKind;
use session_core::error::{Outcome, Retry};
use session_core::store::{Freshness, LockingStore, SessionStore};
use session_core::time::Timer;
use session_core::time::TokioTimer;
use session_dynamodb::{DynamoDbStore, DynamoDbStoreBuilder};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const REQUEST: Duration = Duration::from_millis(200);
const OPERATION: Duration = Duration::from_millis(900);
/// More than three times the longest time that was measured under load.
const AT_MOST: Duration = Duration::from_secs(4);

fn limited(network: &Network) -> DynamoDbStoreBuilder {
    let builder = DynamoDbStore::builder(network.client(), TABLE).locking(true);
    let builder = builder.clock(network.bench.clock.clone()).max_retries(100);
    builder.request_timeout(REQUEST).operation_timeout(OPERATION)
}

async fn assert_ends_in_time(fault: Fault) {
    for operation in of_sessions() {
        let (network, timer) = (Network::new().await, TokioTimer::new());
        let store = Arc::new(limited(&network).build().expect("the settings fit"));
        let given = network.given("a").await;
        network.proxy.always(HttpFault::Wire(fault));
        let begin = timer.elapsed();
        let error = (operation.run)(store, given).await.expect_err(operation.name);
        let took = timer.elapsed().saturating_sub(begin);
        assert!(took < AT_MOST, "{} took {took:?}", operation.name);
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{}: {error}", operation.name);
        let outcome = if operation.writes { Outcome::Unknown } else { Outcome::NotApplied };
        assert_eq!(error.outcome(), outcome, "{}: {error}", operation.name);
    }
}

#[tokio::test]
async fn an_endpoint_that_accepts_and_stays_silent_is_given_up() {
    assert_ends_in_time(Fault::Silence).await;
}

#[tokio::test]
async fn an_endpoint_that_answers_byte_by_byte_is_given_up() {
    let slow = Fault::SlowReply { piece: NonZeroUsize::MIN, pause: Duration::from_millis(20) };
    assert_ends_in_time(slow).await;
}

#[tokio::test]
async fn locking_and_renewing_end_within_a_third_of_the_lease() {
    let network = Network::new().await;
    let builder = limited(&network).operation_timeout(Duration::from_mins(1));
    let store = builder.build().expect("the settings fit");
    let given = network.given("a").await;
    network.proxy.always(HttpFault::Wire(Fault::Silence));
    let (timer, lease) = (TokioTimer::new(), Duration::from_millis(2_400));
    for round in 0..2 {
        let begin = timer.elapsed();
        let result = match round {
            0 => store.acquire(&given.key, &token(), lease).await.map(drop),
            _ => store.renew(&given.key, &given.token, lease).await.map(drop),
        };
        assert_eq!(result.expect_err("nobody answers").kind(), ErrorKind::Unavailable);
        let took = timer.elapsed().saturating_sub(begin);
        assert!(took < AT_MOST && took > Duration::from_millis(500), "it took {took:?}");
    }
}

#[tokio::test]
async fn a_reply_that_comes_late_but_in_time_is_had() {
    let network = Network::new().await;
    let builder = limited(&network).request_timeout(AT_MOST).operation_timeout(AT_MOST);
    let store = builder.build().expect("the settings fit");
    let given = network.given("a").await;
    network.proxy.always(HttpFault::Wire(Fault::DelayReply(Duration::from_millis(50))));
    assert!(
        store.load(&given.key, Freshness::AsConfigured).await.expect("it is answered").is_some()
    );
}

/// A failing server gets only the retries of the budget, as with the SDK's own.
#[tokio::test]
async fn retries_have_a_budget() {
    let network = Network::new().await;
    let store = network.builder().max_retries(3).build().expect("the settings fit");
    let throttled = HttpReply::new(400).with_header("content-type", "application/x-amz-json-1.0");
    let throttled = throttled.with_body(r#"{"__type":"ThrottlingException"}"#);
    network.proxy.always(HttpFault::Answer(throttled));
    for _ in 0..60 {
        let error =
            store.load(&key("a"), Freshness::AsConfigured).await.expect_err("it is throttled");
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Later));
    }
    assert_eq!(network.proxy.requests(), 60 + 500 / 5, "attempts, and retries at five tokens each");
}

mod provider {
    use aws_credential_types::Credentials;
    use aws_credential_types::provider::error::CredentialsError;
    use aws_credential_types::provider::future::ProvideCredentials as Provided;
    use aws_credential_types::provider::{ProvideCredentials, Result};
    use std::future::pending;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A provider whose first answers fail, or never come.
    #[derive(Clone, Debug)]
    pub(super) struct Flaky {
        pub(super) fails: usize,
        pub(super) hangs: bool,
        pub(super) asked: Arc<AtomicUsize>,
    }

    impl Flaky {
        async fn answer(&self) -> Result {
            if self.hangs {
                pending::<()>().await;
            }
            if self.asked.fetch_add(1, Ordering::Relaxed) < self.fails {
                return Err(CredentialsError::provider_error("the metadata service says 503"));
            }
            Ok(Credentials::new("test", "test", None, None, "test"))
        }
    }

    impl ProvideCredentials for Flaky {
        fn provide_credentials<'a>(&'a self) -> Provided<'a>
        where
            Self: 'a,
        {
            Provided::new(self.answer())
        }
    }
}

fn client_with(network: &Network, provider: provider::Flaky) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(format!("http://{}", network.proxy.address()))
        .region(Region::new("eu-west-1"))
        .credentials_provider(provider)
        .http_client(HttpClient::new().build_http());
    Client::from_conf(config.build())
}

#[tokio::test]
async fn credentials_that_fail_once_are_asked_for_again() {
    let network = Network::new().await;
    let asked = Arc::<AtomicUsize>::default();
    let provider = provider::Flaky { fails: 1, hangs: false, asked: Arc::clone(&asked) };
    let store = DynamoDbStore::builder(client_with(&network, provider), TABLE);
    let store = store.build().expect("the settings fit");
    store.load(&key("unknown"), Freshness::AsConfigured).await.expect("the second answer is had");
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    assert_eq!(network.proxy.requests(), 1);
}

#[tokio::test]
async fn credentials_that_go_on_failing_are_unavailable_and_nothing_is_sent() {
    let network = Network::new().await;
    for hangs in [false, true] {
        let provider = provider::Flaky { fails: usize::MAX, hangs, asked: Arc::default() };
        let builder = DynamoDbStore::builder(client_with(&network, provider), TABLE);
        let builder = builder.locking(true).operation_timeout(OPERATION).request_timeout(REQUEST);
        let store = Arc::new(builder.clock(network.bench.clock.clone()).build().unwrap());
        let given = network.given(if hangs { "hangs" } else { "fails" }).await;
        for operation in of_sessions() {
            let error = (operation.run)(Arc::clone(&store), given.clone()).await;
            let error = error.expect_err("there are no credentials");
            let found = (error.kind(), error.outcome(), error.retry());
            let expected = (ErrorKind::Unavailable, Outcome::NotApplied, Retry::Later);
            assert_eq!(found, expected, "{}: {error}", operation.name);
            assert!(error.to_string().contains("credentials"), "{error}");
        }
    }
    assert_eq!(network.proxy.requests(), 0);
}

#[tokio::test]
async fn a_connection_that_is_cut_is_not_used_again() {
    let network = Network::new().await;
    let store = limited(&network).build().expect("the settings fit");
    let given = network.given("a").await;
    network.proxy.plan([HttpFault::Wire(Fault::reset(CutPoint::AfterRequest))]);
    assert!(
        store
            .load(&given.key, Freshness::AsConfigured)
            .await
            .expect("the second attempt is answered")
            .is_some()
    );
    assert_eq!(network.proxy.connections(), 2);
}
