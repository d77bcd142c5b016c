//! Tests of failures: the kind, the message, and the retries.

use crate::support::{Bench, TABLE, at, change, key, number, record, text, version};
use crate::wire::Fate;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};
use aws_smithy_http_client::Builder as HttpClient;
use session_core::error::{Outcome, Retry};
use session_core::store::{Expect, Freshness, LockDisposition, Payload, Record, SessionStore};
use session_core::{Error, ErrorKind};
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, local_client};
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

const THROTTLED: Fate = Fate::Answer(
    400,
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "message":"it is too much for the-secret-key"}"#,
);
const DENIED: Fate = Fate::Answer(
    400,
    r#"{"__type":"com.amazon.coral.service#AccessDeniedException",
        "Message":"User is not authorized to perform dynamodb:GetItem for the-secret-key"}"#,
);
const FAILED: Fate =
    Fate::Answer(500, r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}"#);

/// Checks that the message has table, region, action and advice, but no key.
fn assert_helpful(error: &Error, action: &str, way_out: &str) {
    let message = error.to_string();
    for part in [action, TABLE, "eu-west-1", way_out] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
    let mut part: Option<&dyn StdError> = Some(error);
    while let Some(found) = part {
        let printed = format!("{found} {found:?}");
        assert!(!printed.contains("the-secret"), "something secret is printed: {printed}");
        part = found.source();
    }
}

async fn load(store: &DynamoDbStore) -> Error {
    store.load(&key("the-secret-key"), Freshness::AsConfigured).await.expect_err("it fails")
}

fn store_on(client: Client) -> DynamoDbStore {
    let builder = DynamoDbStore::builder(client, TABLE).max_retries(0);
    builder.build().expect("the settings fit")
}

#[tokio::test]
async fn a_missing_table_is_a_matter_of_configuration() {
    let server = EmbeddedDynamoDb::start().await.expect("it starts");
    let error = load(&store_on(server.client())).await;
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Config, Retry::Never));
    assert_helpful(&error, "GetItem", "create it");
}

#[tokio::test]
async fn a_table_with_another_key_is_a_matter_of_configuration() {
    let bench = Bench::new().await;
    let builder = DynamoDbStore::builder(bench.server.client(), TABLE).hash_key("another");
    let error = load(&builder.build().expect("the settings fit")).await;
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_helpful(&error, "GetItem", "hash key");
}

#[tokio::test]
async fn an_endpoint_that_is_down_is_unavailable_and_nothing_is_done() {
    let error = load(&store_on(local_client("http://127.0.0.1:1"))).await;
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_helpful(&error, "GetItem", "reachable");

    let store = store_on(local_client("http://127.0.0.1:1"));
    let far = Record { expires: at(1_000_000_000), ..record("the-secret-data") };
    let created = store.create(&key("the-secret-key"), &far, &version()).await;
    let error = created.expect_err("nobody is there");
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unavailable, Outcome::NotApplied));
}

#[tokio::test]
async fn a_client_without_credentials_is_denied() {
    let server = EmbeddedDynamoDb::start().await.expect("it starts");
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(server.endpoint_url())
        .region(Region::new("eu-west-1"))
        .http_client(HttpClient::new().build_http());
    let error = load(&store_on(Client::from_conf(config.build()))).await;
    assert_eq!(error.kind(), ErrorKind::Denied, "{error:?}");
    assert_helpful(&error, "GetItem", "credentials");
}

#[tokio::test]
async fn a_client_that_cannot_do_tls_is_reported_so() {
    let error = load(&store_on(local_client("https://127.0.0.1:1"))).await;
    println!("{error:?}");
    assert_helpful(&error, "GetItem", "TLS");
}

#[tokio::test]
async fn a_missing_permission_is_denied() {
    let bench = Bench::new().await;
    bench.wire.plan([DENIED]);
    let error = load(&bench.store).await;
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Denied, Retry::Never));
    assert_helpful(&error, "GetItem", "allow it");
    assert_eq!(bench.wire.take_log().len(), 1, "a rejection that does not pass is not repeated");
}

#[tokio::test]
async fn throttling_passes() {
    let bench = Bench::new().await;
    bench.wire.plan([THROTTLED, THROTTLED]);
    let found = bench.store.load(&key("unknown"), Freshness::AsConfigured).await;
    assert_eq!(found.expect("the third attempt succeeds"), None);
    assert_eq!(bench.pause.slept().len(), 2);
}

#[tokio::test]
async fn throttling_that_goes_on_is_unavailable_after_so_many_attempts() {
    let bench = Bench::new().await;
    bench.wire.plan(vec![THROTTLED; 20]);
    let error = load(&bench.store).await;
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Later));
    assert_helpful(&error, "GetItem", "capacity");
    assert_eq!(bench.wire.take_log().len(), 4, "one attempt and three retries, none of the SDK's");
    let slept = bench.pause.slept();
    assert!(slept.iter().all(|delay| *delay <= Duration::from_secs(1)), "{slept:?}");
}

#[tokio::test]
async fn a_server_that_fails_leaves_the_outcome_of_a_write_unknown() {
    let bench = Bench::new().await;
    bench.wire.plan(vec![FAILED; 20]);
    let key = key("the-secret-key");
    let created = bench.store.create(&key, &record("the-secret-data"), &version()).await;
    let error = created.expect_err("the server fails");
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unavailable, Outcome::Unknown));
    assert_eq!(error.retry(), Retry::Reopen);
    assert_helpful(&error, "UpdateItem", "failed");

    bench.wire.plan(vec![FAILED; 20]);
    let error = load(&bench.store).await;
    assert_eq!(error.outcome(), Outcome::NotApplied, "a read changes nothing");
}

#[tokio::test]
async fn a_reply_that_is_no_reply_is_unavailable() {
    let bench = Bench::new().await;
    bench.wire.plan(vec![Fate::Answer(200, "<html>welcome to the hotel</html>"); 20]);
    let error = load(&bench.store).await;
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_helpful(&error, "GetItem", "endpoint");
}

#[tokio::test]
async fn an_item_that_others_made_large_is_too_large() {
    let bench = Bench::new().await;
    let key = key("the-secret-key");
    let theirs = text(&"x".repeat(300 * 1024));
    bench.put(&key, &[("expires", number(1_700_003_600)), ("theirs", theirs)]).await;
    let payload = Payload::text("the-secret".repeat(20 * 1024));
    let change = session_core::store::Change { payload, ..change("", LockDisposition::Keep) };
    let update = bench.store.update(&key, &change, &Expect::PRESENT, &version()).await;
    let error = update.expect_err("it does not fit");
    assert!(matches!(error.kind(), ErrorKind::TooLarge { size, limit } if size > limit));
    assert_helpful(&error, "UpdateItem", "attributes of other programs");
    assert_eq!(bench.data(&key).await.as_deref(), Some(""));
}

#[tokio::test]
async fn the_same_version_for_two_rotations_is_an_invalid_argument() {
    let bench = Bench::new().await;
    let ((old, _), version) = (bench.given("old").await, version());
    let mismatch = Fate::Answer(
        400,
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException"}"#,
    );
    bench.wire.plan([mismatch]);
    let rotation = session_core::store::Rotation { record: record("moved") };
    let store = &bench.store;
    let rotated = store.rotate(&old, &key("new"), &rotation, &Expect::PRESENT, &version).await;
    assert_eq!(rotated.expect_err("it is rejected").kind(), ErrorKind::InvalidArgument);
}

#[tokio::test]
async fn a_transaction_in_conflict_is_tried_again() {
    let bench = Bench::new().await;
    let (old, _) = bench.given("old").await;
    let conflict = Fate::Answer(
        400,
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "CancellationReasons":[{"Code":"ConditionalCheckFailed"},{"Code":"TransactionConflict"}]}"#,
    );
    bench.wire.plan([conflict]);
    let rotation = session_core::store::Rotation { record: record("moved") };
    let (store, new) = (&bench.store, key("new"));
    let rotated = store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version()).await;
    rotated.expect("the second attempt meets nobody");
    assert_eq!(bench.data(&new).await.as_deref(), Some("moved"));
}

#[tokio::test]
async fn debug_output_shows_no_credentials() {
    let server = EmbeddedDynamoDb::start().await.expect("it starts");
    let builder = DynamoDbStore::builder(server.client(), TABLE);
    let printed = format!("{builder:?}");
    let store = Arc::new(builder.build().expect("the settings fit"));
    for text in [printed, format!("{store:?}"), format!("{server:?}")] {
        assert!(!text.contains("redential"), "{text}");
    }
}
