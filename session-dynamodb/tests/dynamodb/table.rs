//! Creating, checking and deleting tables.

use crate::support::{Bench, TABLE, key};
use crate::wire::{Fate, Wire};
use session_core::{ErrorKind, SessionStore};
use session_dynamodb::{
    DynamoDbStore, DynamoDbStoreBuilder, EmbeddedDynamoDb, Problem, TableOptions, Throughput,
};
use std::num::NonZeroU32;

const DENIED: Fate =
    Fate::Answer(400, r#"{"__type":"com.amazon.coral.service#AccessDeniedException"}"#);

async fn server() -> EmbeddedDynamoDb {
    EmbeddedDynamoDb::start().await.expect("it starts")
}

fn builder(server: &EmbeddedDynamoDb) -> DynamoDbStoreBuilder {
    DynamoDbStore::builder(server.client(), TABLE)
}

fn built(builder: DynamoDbStoreBuilder) -> DynamoDbStore {
    builder.build().expect("the settings fit")
}

#[tokio::test]
async fn a_table_is_created_once_and_fits() {
    let server = server().await;
    let store = built(builder(&server));
    for _ in 0..2 {
        store.create_table(&TableOptions::default()).await.expect("it can be created");
    }
    assert_eq!(store.verify_table().await.expect("it can be checked"), []);
    assert_eq!(store.load(&key("unknown")).await.expect("it can be read"), None);
}

#[tokio::test]
async fn a_table_is_created_with_its_throughput_and_names() {
    let server = server().await;
    let store = built(builder(&server).hash_key("sid").session_lifetime_attribute("ttl"));
    let units = |units| NonZeroU32::new(units).expect("it is not zero");
    let throughput = Throughput::Provisioned { read_units: units(7), write_units: units(3) };
    let options = TableOptions { throughput, ..TableOptions::default() };
    store.create_table(&options).await.expect("it can be created");
    assert_eq!(store.verify_table().await.expect("it can be checked"), []);
    let table = server.client().describe_table().table_name(TABLE).send().await;
    let table = table.expect("it is there").table.expect("it is described");
    let throughput = table.provisioned_throughput().expect("it has one");
    assert_eq!(throughput.read_capacity_units(), Some(7));
    assert_eq!(throughput.write_capacity_units(), Some(3));
}

#[tokio::test]
async fn what_does_not_fit_is_found() {
    let server = server().await;
    let store = built(builder(&server));
    let verify = || async { store.verify_table().await.expect("it can be checked") };
    assert_eq!(verify().await, [Problem::Missing]);

    let options = TableOptions { time_to_live: false, ..TableOptions::default() };
    store.create_table(&options).await.expect("it can be created");
    assert_eq!(verify().await, [Problem::TimeToLiveOff { expected: "expires".into() }]);

    let other = built(builder(&server).session_lifetime_attribute("ttl"));
    other.create_table(&TableOptions::default()).await.expect("it is there");
    let (expected, found) = ("expires".into(), "ttl".into());
    assert_eq!(verify().await, [Problem::TimeToLiveElsewhere { expected, found }]);
    let error = store.create_table(&TableOptions::default()).await.expect_err("it is on already");
    assert_eq!(error.kind(), ErrorKind::Config);

    let other = built(builder(&server).hash_key("sid").session_lifetime_attribute("ttl"));
    let problems = other.verify_table().await.expect("it can be checked");
    assert_eq!(problems, [Problem::WrongKey { expected: "sid".into() }]);
}

#[tokio::test]
async fn what_is_not_allowed_is_found_and_named() {
    let bench = Bench::new().await;
    bench.wire.plan([DENIED, DENIED, Fate::Pass, DENIED, DENIED, Fate::Pass]);
    let problems = bench.store.verify_table().await.expect("it can be checked");
    let expected = [
        Problem::Unchecked { action: "dynamodb:DescribeTable" },
        Problem::Unchecked { action: "dynamodb:DescribeTimeToLive" },
        Problem::Forbidden { action: "dynamodb:UpdateItem" },
        Problem::Forbidden { action: "dynamodb:DeleteItem" },
    ];
    assert_eq!(problems, expected);
    assert!(problems[2].to_string().contains("allow it"));
}

#[tokio::test]
async fn checking_writes_nothing() {
    let bench = Bench::new().await;
    bench.store.verify_table().await.expect("it can be checked");
    let scan = bench.server.client().scan().table_name(TABLE).send().await;
    assert_eq!(scan.expect("it can be read").count(), 0);
}

#[tokio::test]
async fn a_table_is_deleted_once() {
    let server = server().await;
    let store = built(builder(&server));
    store.create_table(&TableOptions::default()).await.expect("it can be created");
    for _ in 0..2 {
        store.delete_table().await.expect("it is deleted");
    }
    assert_eq!(store.verify_table().await.expect("it can be checked"), [Problem::Missing]);
}

#[tokio::test]
async fn building_sends_nothing_and_checks_names() {
    let (server, wire) = (server().await, Wire::default());
    let builder = || DynamoDbStore::builder(wire.under(&server.client()), TABLE);
    built(builder());
    for (builder, option) in [
        (builder().hash_key(""), "hash_key"),
        (builder().data_attribute("x".repeat(256)), "data_attribute"),
        (builder().lock_attribute("data"), "lock_attribute"),
        (DynamoDbStore::builder(server.client(), ""), "table_name"),
    ] {
        let error = builder.build().expect_err("it does not fit");
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(option), "{error}");
    }
    assert_eq!(wire.take_log(), []);
}
