//! Tests of configurations and requests of public bug reports.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use serde_json::Value;
use session_kit::dynamodb::{DynamoDbStore, EmbeddedDynamoDb, TableOptions};
use session_kit::error::Outcome;
use session_kit::{Config, ErrorKind, Result};

const REPORTS: &str = include_str!("../data/php-options.jsonl");

fn reports() -> impl Iterator<Item = Value> {
    REPORTS.lines().map(|line| serde_json::from_str(line).expect("it is JSON"))
}

fn report(id: &str) -> Value {
    reports().find(|report| report["id"] == id).expect("it is among the reports")
}

fn text<'a>(report: &'a Value, field: &str) -> &'a str {
    report[field].as_str().expect("it is text")
}

/// The configuration of a report, with its profile if it has one.
fn configuration(report: &Value) -> Value {
    let mut configuration = report["json"].clone();
    if let Some(profile) = report["profile"].as_str() {
        configuration["profile"] = profile.into();
    }
    configuration
}

/// Checks that a report's options are rejected with an error that has these parts.
fn assert_rejected(report: &Value) {
    let want = &report["want"];
    assert_eq!(want["ok"], false, "{report}");
    let options = serde_json::from_value::<Config>(configuration(report));
    let error = options.expect_err("it is rejected").to_string();
    for part in want["has"].as_array().expect("it is a list") {
        let part = part.as_str().expect("it is text");
        assert!(error.contains(part), "{error} lacks {part}");
    }
}

#[test]
fn a_retry_delay_by_another_name_is_rejected_with_the_right_name() {
    assert_rejected(&report("opt-sdkphp14"));
}

#[test]
fn a_flag_of_the_cookie_is_no_option() {
    let report = report("opt-ruby-secure");
    assert_rejected(&report);
    let options = serde_json::from_value::<Config>(configuration(&report));
    let error = options.expect_err("it is rejected").to_string();
    assert!(error.contains("cookie") && !error.contains("did you mean"), "{error}");
}

/// An empty endpoint is an error before the first request.
///
/// In the report, each request panicked.
#[tokio::test]
async fn an_empty_endpoint_is_an_error_and_no_panic() {
    let report = report("opt-endpoint-empty");
    assert_eq!(report["want"]["no_panic"], true);
    let configuration = configuration(&report);
    let read = serde_json::from_value::<Config>(configuration.clone());
    assert!(read.expect_err("it is empty").to_string().starts_with("endpoint is ``"));

    let mut set = Config::default();
    set.dynamodb.endpoint = configuration["endpoint"].as_str().map(ToOwned::to_owned);
    let client = || session_kit::dynamodb::local_client("http://127.0.0.1:1");
    let store = Config::default().dynamodb_store(client()).expect("it fits");
    let no_client = set.dynamodb.client().await.expect_err("it is empty");
    let no_store = set.dynamodb_store(client()).expect_err("it is empty");
    let no_sessions = set.sessions::<u64>(store).expect_err("it is empty");
    for error in [no_client, no_store, no_sessions] {
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("endpoint is ``"), "{error}");
    }
}

async fn given_table(client: &Client, report: &Value) {
    let hash = report["hash"].as_array().expect("it is a name and a type");
    let [name, kind] = [0, 1].map(|part| hash[part].as_str().expect("it is text"));
    assert!(report["range"].is_null());
    let key = KeySchemaElement::builder().attribute_name(name).key_type(KeyType::Hash).build();
    let defined = AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(ScalarAttributeType::from(kind))
        .build();
    client
        .create_table()
        .table_name(text(report, "table"))
        .key_schema(key.expect("it is complete"))
        .attribute_definitions(defined.expect("it is complete"))
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .expect("it is created");
}

async fn create_sessions_table(client: Client, table: &str) -> Result<()> {
    let store = DynamoDbStore::builder(client, table).build()?;
    store.create_table(&TableOptions::default()).await
}

#[tokio::test]
async fn time_to_live_stays_off_on_a_table_of_another_application() {
    let report = report("store-create-foreign");
    assert_eq!(report["want"]["ttl_stays_off"], true);
    let server = EmbeddedDynamoDb::start().await.expect("it starts");
    let (client, table) = (server.client(), text(&report, "table"));
    given_table(&client, &report).await;
    let created = create_sessions_table(client.clone(), table).await;
    let error = created.expect_err("its key is another");
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Config, Outcome::NotApplied));
    let described = client.describe_time_to_live().table_name(table).send().await;
    let setting = described.expect("it is described").time_to_live_description;
    let status = setting.expect("there is one").time_to_live_status;
    assert_eq!(status.expect("there is one").as_str(), "DISABLED");
}

#[test]
fn every_report_has_its_test() {
    let tested = ["opt-sdkphp14", "opt-ruby-secure", "opt-endpoint-empty", "store-create-foreign"];
    let ids: Vec<_> = reports().map(|report| text(&report, "id").to_owned()).collect();
    assert_eq!(ids, tested);
}
