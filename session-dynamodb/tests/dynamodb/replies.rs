//! An operation never trusts a reply that may not come from DynamoDB (R2).

use crate::network::{Network, Operation, in_batches, of_sessions, of_tables};
use crate::support::{Bench, LEASE, TABLE, change, key, record, token, version};
use crate::wire::{Fate, Wire};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_smithy_http_client::Builder as HttpClient;
use session_conformance::proxy::{CutPoint, Fault, HttpFault, HttpReply};
use session_core::error::{Outcome, Retry};
use session_core::store::{
    Acquired, CollectingStore, Expect, Freshness, LockDisposition, LockingStore, Rotation,
    SessionStore, Sweep, SweepBudget, Touch,
};
use session_core::{Error, ErrorKind};
use session_dynamodb::DynamoDbStore;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

const GENUINE: &str = "application/x-amz-json-1.0";

fn reply(status: u16, content_type: &str, body: &str) -> HttpReply {
    HttpReply::new(status).with_header("content-type", content_type).with_body(body)
}

/// Answers of proxies, health pages, wrong endpoints and broken connections.
fn bad_replies() -> Vec<(&'static str, HttpReply)> {
    vec![
        ("an empty body", reply(200, GENUINE, "")),
        ("an object of plain JSON", reply(200, "application/json", "{}")),
        ("a health page", reply(200, "application/json", r#"{"status":"ok"}"#)),
        ("a body without a type", HttpReply::new(200).with_body("{}")),
        ("a list", reply(200, GENUINE, "[]")),
        ("no content", HttpReply::new(204)),
        ("HTML", reply(200, "text/html", "<html>welcome</html>")),
        ("a redirection", reply(302, "text/html", "").with_header("location", "/login")),
        ("HTML that finds nothing", reply(404, "text/html", "<html>not found</html>")),
        ("HTML that forbids", reply(403, "text/html", "<html>forbidden</html>")),
        ("HTML of a gateway", reply(502, "text/html", "<html>bad gateway</html>")),
        ("JSON that is cut", reply(200, GENUINE, r#"{"Item":{"id":{"S":"a"#)),
        ("JSON that ends too soon", reply(200, GENUINE, r#"{"Item":{"id":{"S":"a"}}"#)),
        ("more than one object", reply(200, GENUINE, "{}{}")),
        ("a wrong checksum", reply(200, GENUINE, "{}").with_header("x-amz-crc32", "1")),
    ]
}

fn assert_in_doubt(error: &Error, operation: &Operation, bad: &str) {
    let name = operation.name;
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{name} after {bad}: {error}");
    let outcome = if operation.writes { Outcome::Unknown } else { Outcome::NotApplied };
    // Creating a table begins with a read, and no request follows it.
    if name != "create_table" {
        assert_eq!(error.outcome(), outcome, "{name} after {bad}: {error}");
    }
}

/// Runs every operation on a new network for each bad reply, which `fail` injects.
async fn assert_never_believed(fail: impl Fn(&Network, HttpReply)) {
    for operation in of_sessions().into_iter().chain(of_tables()) {
        let network = Network::new().await;
        let store = Arc::new(network.builder().build().expect("the settings fit"));
        let given = network.given("a").await;
        for (bad, reply) in bad_replies() {
            network.proxy.clear();
            fail(&network, reply);
            let result = (operation.run)(Arc::clone(&store), given.clone()).await;
            let error = result.expect_err(&format!("{} believes {bad}", operation.name));
            assert_in_doubt(&error, &operation, bad);
        }
        assert_eq!(network.bench.data(&given.key).await.as_deref(), Some("a"), "nothing changed");
    }
}

#[tokio::test]
async fn no_operation_believes_a_reply_that_is_not_one_of_dynamodb() {
    assert_never_believed(|network, reply| network.proxy.always(HttpFault::Answer(reply))).await;
}

#[tokio::test]
async fn no_operation_believes_such_a_reply_to_a_retry() {
    assert_never_believed(|network, reply| {
        network.proxy.always(HttpFault::Answer(reply));
        network.proxy.plan([HttpFault::Wire(Fault::reset(CutPoint::BeforeRequest))]);
    })
    .await;
}

/// The outcome for two expired sessions in a batch with this reply.
async fn collected_in_a_batch(answer: HttpReply) -> Sweep {
    let network = Network::new().await;
    let store = in_batches(network.builder()).build().expect("the settings fit");
    network.given("a").await;
    network.given("b").await;
    network.bench.clock.advance(Duration::from_secs(10_000));
    network.proxy.plan(vec![HttpFault::default(); 4]);
    network.proxy.always(HttpFault::Answer(answer));
    let budget = SweepBudget::new(NonZeroUsize::new(100).expect("it is not zero"));
    store.sweep(&budget, None).await.expect("the step goes on")
}

#[tokio::test]
async fn a_batch_that_is_answered_so_has_deleted_nothing() {
    let unreadable = r#"{"UnprocessedItems":{"sessions":[
        {"DeleteRequest":{"Key":{"another":{"S":"a"}}}},{"DeleteRequest":{"Key":{"id":{"N":"1"}}}}]}}"#;
    for answer in [reply(200, "application/json", "{}"), reply(200, GENUINE, unreadable)] {
        let sweep = collected_in_a_batch(answer).await;
        assert_eq!((sweep.deleted, sweep.failed), (0, 2));
    }
}

/// The reply to an executed request is replaced; the retry recognizes it (R11).
#[tokio::test]
async fn a_write_whose_reply_was_replaced_recognizes_itself() {
    for operation in of_sessions() {
        let network = Network::new().await;
        let store = Arc::new(network.builder().build().expect("the settings fit"));
        let given = network.given("a").await;
        network.proxy.plan([HttpFault::Replace(reply(200, "text/html", "<html></html>"))]);
        let result = (operation.run)(store, given).await;
        result.unwrap_or_else(|error| {
            panic!("{} does not recognize itself: {error}", operation.name)
        });
    }
}

#[tokio::test]
async fn an_empty_object_of_dynamodb_is_a_miss_to_a_read_only() {
    let network = Network::new().await;
    let store = network.builder().build().expect("the settings fit");
    let given = network.given("a").await;
    network.proxy.always(HttpFault::Answer(reply(200, GENUINE, "{}")));
    assert_eq!(
        store.load(&given.key, Freshness::AsConfigured).await.expect("it is a lawful miss"),
        None
    );
    let error = store.acquire(&given.key, &given.token, LEASE).await.expect_err("it has no item");
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unavailable, Outcome::Unknown));
    assert!(error.to_string().contains("lacks a part"), "{error}");
    for operation in of_tables() {
        let result = (operation.run)(Arc::new(network.builder().build().unwrap()), given.clone());
        let error = result.await.expect_err(operation.name);
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{}: {error}", operation.name);
    }
}

/// The answer of a server that does not know `ReturnValuesOnConditionCheckFailure`.
const REJECTED: Fate = Fate::Answer(
    400,
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}"#,
);
const CANCELED: Fate = Fate::Answer(
    400,
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed"}]}"#,
);

#[tokio::test]
async fn a_server_that_rejects_without_the_item_is_a_matter_of_configuration() {
    let present = Expect::PRESENT;
    for operation in 0..5 {
        let bench = Bench::new().await;
        let (key, _) = bench.given("a").await;
        bench.wire.plan([REJECTED, REJECTED]);
        let result = match operation {
            0 => {
                let change = change("new", LockDisposition::Keep);
                bench.store.update(&key, &change, &present, &version()).await
            }
            1 => {
                let touch =
                    Touch { expires: crate::support::at(7_200), lock: LockDisposition::Keep };
                bench.store.touch(&key, &touch, &present).await
            }
            2 => bench.store.delete(&key, &present).await.map(drop),
            3 => bench.store.acquire(&key, &token(), LEASE).await.map(drop),
            _ => bench.store.renew(&key, &token(), LEASE).await.map(drop),
        };
        let error = result.expect_err("nothing can be concluded from it");
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Config, Retry::Never), "{error}");
        assert!(error.to_string().contains("ReturnValuesOnConditionCheckFailure"), "{error}");
    }
}

#[tokio::test]
async fn a_transaction_that_is_canceled_without_the_item_is_one_too() {
    let bench = Bench::new().await;
    let (old, _) = bench.given("a").await;
    bench.wire.plan([CANCELED, REJECTED]);
    let rotation = Rotation { record: record("moved") };
    let (store, new) = (&bench.store, key("new"));
    let rotated = store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version()).await;
    assert_eq!(rotated.expect_err("nothing is known").kind(), ErrorKind::Config);
}

#[tokio::test]
async fn once_a_server_has_shown_an_item_rejections_without_one_are_absences() {
    let bench = Bench::new().await;
    let (key, _) = bench.given_locked("a").await;
    bench.store.acquire(&key, &token(), LEASE).await.expect("it is busy, and shows the item");
    bench.wire.take_log();
    let absent = bench.store.acquire(&crate::support::key("unknown"), &token(), LEASE).await;
    assert_eq!(absent.expect("it can be asked"), Acquired::Absent);
    assert_eq!(bench.wire.take_log().len(), 1);
}

#[tokio::test]
async fn a_session_that_appears_between_a_rejection_and_its_check_is_no_contradiction() {
    let bench = Bench::new().await;
    let (key, _) = bench.given("a").await;
    bench.wire.plan([REJECTED, Fate::Pass, Fate::Pass]);
    let acquired = bench.store.acquire(&key, &token(), LEASE).await.expect("it can be asked");
    assert!(matches!(acquired, Acquired::Locked(_)), "{acquired:?}");
}

/// The check is a deletion that requires that there is no item.
#[tokio::test]
async fn the_check_of_a_rejection_deletes_nothing() {
    let bench = Bench::new().await;
    let (present, _) = bench.given("a").await;
    bench.wire.plan([REJECTED, Fate::Pass, Fate::Pass]);
    let change = change("new", LockDisposition::Keep);
    let updated = bench.store.update(&present, &change, &Expect::PRESENT, &version()).await;
    updated.expect("the request is sent once more");
    assert_eq!(bench.read(&present).await.record.payload, change.payload);

    let fresh = Bench::new().await;
    let absent = key("unknown");
    let updated = fresh.store.update(&absent, &change, &Expect::PRESENT, &version()).await;
    assert_eq!(updated.expect_err("there is none").kind(), ErrorKind::Gone);
    assert_eq!(fresh.wire.take_log().len(), 2, "the update and the check");
}

/// Sends nothing: the wire answers before a connection is made.
#[tokio::test]
async fn a_reply_of_aws_without_a_request_id_is_not_believed() {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .http_client(HttpClient::new().build_http());
    let wire = Wire::default();
    let client = wire.under(&Client::from_conf(config.build()));
    let store = DynamoDbStore::builder(client, TABLE).max_retries(0).build().expect("they fit");
    wire.plan([Fate::Answer(200, "{}")]);
    let error =
        store.load(&key("a"), Freshness::AsConfigured).await.expect_err("it is not certainly AWS");
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("no request id"), "{error}");
}
