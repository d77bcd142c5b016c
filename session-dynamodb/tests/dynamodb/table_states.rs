//! Tables that exist already, that are changing, or whose server lacks features.

use crate::support::{Bench, START, TABLE, key, number, record, text, version};
use crate::wire::Fate;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use session_core::ErrorKind;
use session_core::error::Outcome;
use session_core::store::{Expect, Rotation, SessionStore};
use session_dynamodb::{BatchConfig, DynamoDbStore, EmbeddedDynamoDb, Problem, TableOptions};

const DELETING: Fate = Fate::Answer(
    200,
    r#"{"Table":{"TableName":"sessions","TableStatus":"DELETING",
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}}"#,
);
const MISSING: Fate =
    Fate::Answer(400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}"#);
const UPDATING: Fate = Fate::Answer(
    200,
    r#"{"Table":{"TableName":"sessions","TableStatus":"UPDATING",
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}}"#,
);
const TIME_TO_LIVE_OFF: Fate =
    Fate::Answer(200, r#"{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}}"#);
const ENABLED_ALREADY: Fate = Fate::Answer(
    400,
    r#"{"__type":"com.amazon.coral.validate#ValidationException",
        "message":"TimeToLive is already enabled"}"#,
);
const EXPIRED: Fate =
    Fate::Answer(400, r#"{"__type":"com.amazon.coral.service#ExpiredTokenException"}"#);
const UNKNOWN: Fate =
    Fate::Answer(400, r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#);
const DENIED: Fate =
    Fate::Answer(400, r#"{"__type":"com.amazon.coral.service#AccessDeniedException"}"#);

type KeyPart = (&'static str, KeyType, ScalarAttributeType);

async fn given_table(client: &Client, key: &[KeyPart]) {
    let mut call = client.create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
    for (name, role, kind) in key {
        let element = KeySchemaElement::builder().attribute_name(*name).key_type(role.clone());
        let defined = AttributeDefinition::builder().attribute_name(*name);
        let defined = defined.attribute_type(kind.clone()).build().expect("it is complete");
        call = call.key_schema(element.build().expect("it is complete"));
        call = call.attribute_definitions(defined);
    }
    call.send().await.expect("it can be created");
}

async fn time_to_live(client: &Client) -> Option<String> {
    let call = client.describe_time_to_live().table_name(TABLE);
    let described = call.send().await.expect("it is described");
    described.time_to_live_description.and_then(|setting| setting.attribute_name)
}

#[tokio::test]
async fn a_table_with_another_key_is_left_as_it_is() {
    use KeyType::{Hash, Range};
    use ScalarAttributeType::{N, S};
    let keys: [&[KeyPart]; 4] = [
        &[("order_no", Hash, S)],
        &[("id", Hash, N)],
        &[("id", Hash, S), ("created", Range, N)],
        &[("customer", Hash, S), ("id", Range, S)],
    ];
    for key in keys {
        let server = EmbeddedDynamoDb::start().await.expect("it starts");
        given_table(&server.client(), key).await;
        let store = DynamoDbStore::builder(server.client(), TABLE).build().expect("it fits");
        let error = store.create_table(&TableOptions::default()).await;
        let error = error.expect_err("the key is another");
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Config, Outcome::NotApplied));
        let message = error.to_string();
        assert!(message.contains(key[0].0) && message.contains("nothing was changed"), "{message}");
        assert_eq!(time_to_live(&server.client()).await, None, "its rows would be deleted");
        let error = store.delete_table().await.expect_err("it is another application's");
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Config, Outcome::NotApplied));
        let described = server.client().describe_table().table_name(TABLE).send().await;
        described.expect("it stays");
    }
}

#[tokio::test]
async fn a_table_that_is_being_deleted_is_created_anew() {
    let bench = Bench::new().await;
    bench.server.client().delete_table().table_name(TABLE).send().await.expect("it is deleted");
    bench.wire.plan([DELETING, DELETING, MISSING]);
    bench.store.create_table(&TableOptions::default()).await.expect("it is created");
    let created = bench.wire.take_log().iter().filter(|sent| sent.action == "CreateTable").count();
    assert_eq!(created, 1);
    bench.given("a").await;
}

#[tokio::test]
async fn a_table_whose_settings_change_is_ready() {
    let bench = Bench::new().await;
    bench.wire.plan([UPDATING]);
    let options = TableOptions { time_to_live: false, ..TableOptions::default() };
    bench.store.create_table(&options).await.expect("it is ready");
    assert_eq!(bench.wire.take_log().len(), 1);
}

#[tokio::test]
async fn a_time_to_live_that_another_switches_on_meanwhile_is_on() {
    let bench = Bench::new().await;
    let options = TableOptions::default();
    bench.other.create_table(&options).await.expect("it is there");
    bench.wire.plan([Fate::Pass, TIME_TO_LIVE_OFF, ENABLED_ALREADY, Fate::Pass]);
    bench.store.create_table(&options).await.expect("it is on");
    bench.wire.plan([Fate::Pass, TIME_TO_LIVE_OFF, ENABLED_ALREADY, TIME_TO_LIVE_OFF]);
    let error = bench.store.create_table(&options).await.expect_err("it is off all the same");
    assert!(error.to_string().contains("UpdateTimeToLive"), "{error}");
}

#[tokio::test]
async fn credentials_that_expired_are_no_missing_permission() {
    let bench = Bench::new().await;
    for passed in 0..5 {
        bench.wire.plan(vec![Fate::Pass; passed].into_iter().chain([EXPIRED]));
        let error = bench.store.verify_table().await.expect_err("nothing can be found out");
        assert_eq!(error.kind(), ErrorKind::Denied);
        assert!(error.to_string().contains("expired"), "{error}");
    }
}

#[tokio::test]
async fn the_permission_for_batches_is_checked_where_they_are_used() {
    let bench = Bench::with(|builder| builder.batch_config(BatchConfig::default())).await;
    bench.wire.plan(vec![Fate::Pass; 6].into_iter().chain([DENIED]));
    let problems = bench.store.verify_table().await.expect("it can be checked");
    let expected = [
        Problem::TimeToLiveOff { expected: "expires".into() },
        Problem::Forbidden { action: "dynamodb:BatchWriteItem" },
    ];
    assert_eq!(problems, expected);
}

#[tokio::test]
async fn an_action_that_the_server_does_not_know_is_named() {
    let bench = Bench::new().await;
    let (old, _) = bench.given("a").await;
    bench.wire.plan([UNKNOWN]);
    let rotation = Rotation { record: record("moved") };
    let (store, new) = (&bench.store, key("new"));
    let rotated = store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version()).await;
    let error = rotated.expect_err("it is not known");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("does not know the action TransactWriteItems"), "{error}");

    bench.wire.plan([Fate::Pass, UNKNOWN, Fate::Pass, Fate::Pass, Fate::Pass, UNKNOWN]);
    let problems = bench.store.verify_table().await.expect("it can be checked");
    let unknown = ["dynamodb:DescribeTimeToLive", "dynamodb:TransactWriteItems"];
    assert_eq!(problems, unknown.map(|action| Problem::UnknownAction { action }));
}

#[tokio::test]
async fn without_transactions_rotation_is_declared_unsupported_and_all_else_works() {
    let bench = Bench::with(|builder| builder.locking(true).transactions(false)).await;
    assert!(!bench.store.capabilities().rotates());
    let (old, _) = bench.given("a").await;
    let rotation = Rotation { record: record("moved") };
    let (store, new) = (&bench.store, key("new"));
    let rotated = store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version()).await;
    assert_eq!(rotated.expect_err("it is not done").kind(), ErrorKind::Unsupported);
    bench.wire.take_log();
    bench.store.verify_table().await.expect("it can be checked");
    let log = bench.wire.take_log();
    assert!(log.iter().all(|sent| sent.action != "TransactWriteItems"));
}

#[tokio::test]
async fn a_table_is_created_on_a_server_without_time_to_live() {
    let bench = Bench::new().await;
    let options = TableOptions { time_to_live: false, ..TableOptions::default() };
    bench.store.create_table(&options).await.expect("it is there");
    let log = bench.wire.take_log();
    assert!(log.iter().all(|sent| !sent.action.contains("TimeToLive")));
}

#[tokio::test]
async fn an_expiry_in_milliseconds_is_found() {
    let bench = Bench::new().await;
    let seconds = [("expires", number(START + 60)), ("data", text("data"))];
    bench.put(&key("seconds"), &seconds).await;
    let off = Problem::TimeToLiveOff { expected: "expires".into() };
    let verify = || async { bench.store.verify_table().await.expect("it can be checked") };
    assert_eq!(verify().await, std::slice::from_ref(&off));
    bench.put(&key("milliseconds"), &[("expires", number(START * 1_000))]).await;
    let late = Problem::ExpiryInMilliseconds { attribute: "expires".into() };
    assert_eq!(verify().await, [off, late]);
}

#[tokio::test]
async fn a_server_that_does_not_return_rejected_items_is_found() {
    const REJECTED: Fate = Fate::Answer(
        400,
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}"#,
    );
    let bench = Bench::new().await;
    bench.given("a").await;
    bench.wire.plan(vec![Fate::Pass; 7].into_iter().chain([REJECTED]));
    let problems = bench.store.verify_table().await.expect("it can be checked");
    assert!(problems.contains(&Problem::ItemsNotReturned), "{problems:?}");
    let problems = bench.store.verify_table().await.expect("it can be checked");
    assert!(!problems.contains(&Problem::ItemsNotReturned), "{problems:?}");
}
