//! Tests that create, check and delete tables.

use crate::support::{Bench, TABLE, key};
use crate::wire::{Fate, Wire};
use session_core::ErrorKind;
use session_core::store::{Freshness, SessionStore};
use session_dynamodb::{
    BatchConfig, DynamoDbStore, DynamoDbStoreBuilder, EmbeddedDynamoDb, Problem, TableOptions,
    Throughput,
};
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

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
    assert_eq!(
        store.load(&key("unknown"), Freshness::AsConfigured).await.expect("it can be read"),
        None
    );
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
        (builder().lock_attribute("data"), "is `data`, as another attribute is"),
        (DynamoDbStore::builder(server.client(), ""), "table_name"),
    ] {
        let error = builder.build().expect_err("it does not fit");
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(option), "{error}");
    }
    assert_eq!(wire.take_log(), []);
}

/// The ranges are the same as those of the options.
#[tokio::test]
async fn every_setting_of_the_builder_has_its_range() {
    let (server, second) = (server().await, Duration::from_secs(1));
    let builder = || builder(&server);
    let batches = |batch_size, delay| BatchConfig { batch_size, delay, ..BatchConfig::default() };
    for (builder, range) in [
        (DynamoDbStore::builder(server.client(), "ab"), "table_name is `ab`: it must be 3 to 255"),
        (builder().clock_skew(Duration::MAX), "it must be 0 to 300 seconds"),
        (builder().php_lock_timeout(Duration::ZERO), "5 to 86400 seconds; leave it out for never"),
        (builder().php_lock_timeout(Duration::MAX), "it must be 5 to 86400 seconds"),
        (builder().request_timeout(Duration::ZERO), "it must be 0.01 to 60 seconds"),
        (builder().request_timeout(61 * second), "request_timeout is 61s"),
        (builder().operation_timeout(301 * second), "it must be 0.01 to 300 seconds"),
        (
            builder().request_timeout(5 * second),
            "operation_timeout is 4s: it must be at least request_timeout, 5s",
        ),
        (builder().max_retries(u32::MAX), "max_retries is 4294967295: it must be 0 to 100"),
        (
            builder().scan_segments(NonZeroUsize::new(2_000_000).expect("it is not zero")),
            "scan_segments is 2000000: it must be 1 to 1000",
        ),
        (builder().batch_config(batches(26, second)), "batch_size is 26: it must be 2 to 25"),
        (builder().batch_config(batches(25, 61 * second)), "delay is 61s: it must be 0 to 60"),
    ] {
        let error = builder.build().expect_err(range);
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(range), "{error}");
    }
    let most = builder().request_timeout(60 * second).operation_timeout(300 * second);
    most.clock_skew(300 * second).max_retries(100).build().expect("the ends are in the range");
}
