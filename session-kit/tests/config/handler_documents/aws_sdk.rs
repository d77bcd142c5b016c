//! The guides of the AWS SDK, versions 3 and 2.

use super::{assert_same, described, load, rejected, stored, time_to_live, with_table};
use crate::support::{Pause, Server, TABLE, TIME_LIMIT, number};
use serde_json::{Value, json};
use session_kit::dynamodb::Profile::AwsSdkPhp;
use session_kit::dynamodb::{
    BatchConfig, DynamoDbStore, Policy, TableOptions, Throughput, local_client,
};
use session_kit::store::{CollectingStore, PayloadKind, SessionStore, SweepBudget};
use session_kit::{Config, Lifetime};
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The example with all options.
fn all_options() -> Value {
    json!({
        "table_name": "sessions", "hash_key": "id", "data_attribute": "data",
        "data_attribute_type": "string", "session_lifetime": 3600,
        "session_lifetime_attribute": "expires", "consistent_read": true, "locking": false,
        "batch_config": [], "max_lock_wait_time": 10, "min_lock_retry_microtime": 5000,
        "max_lock_retry_microtime": 50000,
    })
}

fn locks(options: &Config) -> bool {
    let store = options.dynamodb_store(local_client("http://127.0.0.1:1"));
    store.expect("the options fit").capabilities().locks()
}

#[tokio::test]
async fn the_basic_usage_stores_sessions_under_its_key() {
    let options = load(AwsSdkPhp, &json!({ "table_name": "sessions" }));
    let data = "user.name|s:6:\"jeremy\";user.role|s:5:\"admin\";";
    let item = stored(&options, data).await;
    assert!(item["id"].starts_with("S(\"PHPSESSID_"), "{item:?}");
    assert_eq!(item["data"], format!("S({data:?})"));
    assert!(item["expires"].starts_with("N("), "{item:?}");
    assert_eq!(item.len(), 3, "{item:?}");
}

#[tokio::test]
async fn the_key_is_id_and_time_to_live_is_on_expires() {
    let options = load(AwsSdkPhp, &json!({ "table_name": "sessions" }));
    let server = with_table(&options, &TableOptions::default()).await;
    assert_eq!(described(&server, "sessions").await.key_schema()[0].attribute_name(), "id");
    assert_eq!(time_to_live(&server, "sessions").await, "expires");
}

#[test]
fn the_example_with_all_options_loads_as_it_is() {
    let options = load(AwsSdkPhp, &all_options());
    let expected = Lifetime::idle(Duration::from_hours(1)).expect("it is one");
    assert_eq!(options.lifetime().expect("it is one"), expected);
    assert_eq!(options.dynamodb.data_attribute_type, PayloadKind::Text);
    assert!(
        options.dynamodb.consistent_read
            && !locks(&options)
            && options.dynamodb.batch_config.is_none()
    );
    let waits = options.locks;
    assert_eq!(waits.max_lock_wait_time, Duration::from_secs(10));
    assert_eq!(waits.min_lock_retry, Duration::from_millis(5));
    assert_eq!(waits.max_lock_retry, Duration::from_millis(50));
}

/// The client settings of the public note.
#[test]
fn the_options_of_the_client_load_beside_those_of_the_handler() {
    let mut configuration = all_options();
    configuration["region"] = "gj-oceanplanet-1".into();
    configuration["version"] = "latest".into();
    let options = load(AwsSdkPhp, &configuration);
    assert_eq!(options.dynamodb.region.as_deref(), Some("gj-oceanplanet-1"));
}

#[test]
fn the_defaults_of_the_text_are_the_defaults() {
    let defaults = json!({
        "table_name": "sessions", "hash_key": "id", "data_attribute": "data",
        "data_attribute_type": "string", "session_lifetime": 1440,
        "session_lifetime_attribute": "expires", "consistent_read": true, "locking": false,
        "batch_config": [], "max_lock_wait_time": 10, "min_lock_retry_microtime": 10000,
        "max_lock_retry_microtime": 50000,
    });
    assert_same(AwsSdkPhp, &defaults, &json!({}));
    let binary = load(AwsSdkPhp, &json!({ "data_attribute_type": "binary" }));
    assert_eq!(binary.dynamodb.data_attribute_type, PayloadKind::Binary);
}

#[test]
fn locking_is_on_if_it_is_set() {
    let locking = json!({ "table_name": "sessions", "locking": true });
    assert!(locks(&load(AwsSdkPhp, &locking)));
    assert!(!locks(&load(AwsSdkPhp, &json!({ "table_name": "sessions" }))));
}

/// Collects this many expired sessions, and returns the timer of the store.
async fn collect(batches: BatchConfig, expired: usize) -> Pause {
    let (server, pause) = (Server::start().await, Pause::default());
    for expired in 0..expired {
        server.put(&format!("expired{expired}"), &[("expires", number(1))]).await;
    }
    let builder = DynamoDbStore::builder(server.0.client(), TABLE).batch_config(batches);
    let builder = builder.request_timeout(TIME_LIMIT).operation_timeout(TIME_LIMIT);
    let store = builder.timer(pause.clone()).build().expect("they fit");
    let budget = SweepBudget::new(NonZeroUsize::new(100).expect("it is not zero"));
    let sweep = store.sweep(&budget, None).await.expect("it sweeps");
    assert_eq!(sweep.deleted, expired as u64);
    pause
}

/// `before` as a function that prints. A callback is code here as well.
#[tokio::test]
async fn a_hook_teller_of_each_batch_of_the_configured_size() {
    let configuration = json!({ "table_name": "sessions", "batch_config": { "batch_size": 25 } });
    let batches = load(AwsSdkPhp, &configuration).dynamodb.batch_config.expect("it is set");
    let heard = Arc::new(Mutex::new(Vec::new()));
    let teller = Arc::clone(&heard);
    let batches = batches.before(move |size| {
        teller.lock().expect("nobody panics").push(size);
        Duration::ZERO
    });
    collect(batches, 60).await;
    assert_eq!(*heard.lock().expect("nobody panics"), [25, 25, 10]);
}

/// `before` as a function that sets `$command['@http']['delay'] = 5000`.
#[tokio::test]
async fn a_delay_of_5000_is_five_seconds_before_each_batch() {
    let delay = json!({ "@http": { "delay": 5000 } });
    let configuration = json!({ "table_name": "sessions", "batch_config": delay });
    let configured = load(AwsSdkPhp, &configuration).dynamodb.batch_config.expect("it is set");
    let hooked = BatchConfig::default().before(|_| Duration::from_secs(5));
    for batches in [configured, hooked] {
        let pause = collect(batches, 30).await;
        assert_eq!(pause.slept(), [Duration::from_secs(5); 2]);
    }
}

#[test]
fn its_permissions_are_those_of_the_policy() {
    let policy = Policy::sessions().and_collecting_in_batches();
    let mut actions: Vec<_> = policy.actions().collect();
    let mut documented = ["GetItem", "UpdateItem", "DeleteItem", "Scan", "BatchWriteItem"]
        .map(|action| format!("dynamodb:{action}"));
    actions.sort();
    documented.sort();
    assert_eq!(actions, documented);
    let json = policy.to_json("arn:aws:dynamodb:eu-west-1:111122223333:table/sessions");
    let json: Value = serde_json::from_str(&json.expect("it is an ARN")).expect("it is JSON");
    assert_eq!(json["Version"], "2012-10-17");
    assert_eq!(json["Statement"][0]["Effect"], "Allow");
}

#[tokio::test]
async fn version_2_creates_the_table_with_its_throughput() {
    let units = NonZeroU32::new(5).expect("five is not zero");
    let throughput = Throughput::Provisioned { read_units: units, write_units: units };
    let options = load(AwsSdkPhp, &json!({ "table_name": "sessions" }));
    let table = TableOptions { throughput, ..TableOptions::default() };
    let server = with_table(&options, &table).await;
    let throughput = described(&server, "sessions").await.provisioned_throughput;
    let throughput = throughput.expect("it is provisioned");
    let units = (throughput.read_capacity_units(), throughput.write_capacity_units());
    assert_eq!(units, (Some(5), Some(5)));
}

#[test]
fn the_options_of_version_2_load_with_each_of_their_values() {
    let of = |strategy: Value| {
        json!({
            "table_name": "sessions", "hash_key": "id", "session_lifetime": 1440,
            "consistent_read": true, "locking_strategy": strategy, "automatic_gc": false,
        })
    };
    assert_same(AwsSdkPhp, &of(json!(null)), &json!({}));
    for (strategy, is_locking) in
        [(json!(null), false), (json!("null"), false), (json!("pessemistic"), true)]
    {
        assert_eq!(locks(&load(AwsSdkPhp, &of(strategy))), is_locking);
    }
    let instance = rejected(AwsSdkPhp, &of(json!({ "class": "NullLockingStrategy" })));
    assert!(instance.starts_with("locking_strategy is a map"), "{instance}");
}

#[test]
fn version_2_collects_automatically_only_against_its_own_advice() {
    let error = rejected(AwsSdkPhp, &json!({ "automatic_gc": true }));
    assert!(error.contains("on a schedule"), "{error}");
}
