//! Idealstack's README.

use super::{assert_same, load, rejected, stored};
use aws_sdk_dynamodb::Config;
use aws_sdk_dynamodb::config::BehaviorVersion;
use serde_json::{Value, json};
use session_kit::dynamodb::Profile::Idealstack;
use session_kit::dynamodb::StaticCredentials;
use session_kit::store::PayloadKind;
use std::time::Duration;

fn usage() -> Value {
    json!({
        "table_name": "your-session-table-name", "region": "local",
        "endpoint": "http://localhost:8000",
        "credentials": {
            "key": "AAAAAAAAAAAAAAAAAAAAAA",
            "secret": "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
        },
    })
}

/// The usage with every line that the README has as a comment.
fn usage_with_defaults() -> Value {
    let mut usage = usage();
    let all = usage.as_object_mut().expect("it is a map");
    let defaults = json!({
        "base64": true, "hash_key": "id", "session_lifetime": 86400, "consistent_reads": true,
        "session_locking": false,
    });
    all.extend(defaults.as_object().expect("it is a map").clone());
    usage
}

#[test]
fn the_usage_loads_as_it_is_and_reaches_the_client() {
    let options = load(Idealstack, &usage());
    assert_eq!(options.dynamodb.table_name, "your-session-table-name");
    assert_eq!(options.dynamodb.endpoint.as_deref(), Some("http://localhost:8000"));
    let credentials =
        StaticCredentials::new("AAAAAAAAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBB");
    assert_eq!(options.dynamodb.credentials, Some(credentials));
    let config = Config::builder().behavior_version(BehaviorVersion::latest());
    let config = options.dynamodb.client_config(config).build();
    assert_eq!(config.region().map(AsRef::as_ref), Some("local"));
}

#[test]
fn the_usage_with_all_its_defaults_loads_as_it_is() {
    let options = load(Idealstack, &usage_with_defaults());
    assert_eq!(options.session_lifetime, Duration::from_hours(24));
    assert!(options.base64 && options.dynamodb.consistent_read && !options.locking);
    let mut usage = usage();
    usage["session_lifetime"] = 86400.into();
    assert_same(Idealstack, &usage, &usage_with_defaults());
}

/// The README has two names that the code does not read.
///
/// The code reads `consistent_read`.
#[test]
fn a_default_that_only_the_readme_has_cannot_be_changed() {
    for (option, value, instead) in [
        ("consistent_reads", json!(false), "`consistent_read`"),
        ("session_locking", json!(true), "`locking`"),
    ] {
        let error = rejected(Idealstack, &json!({ option: value }));
        assert!(error.starts_with(option) && error.contains(instead), "{error}");
    }
    assert!(!load(Idealstack, &json!({ "consistent_read": false })).dynamodb.consistent_read);
}

#[tokio::test]
async fn data_is_base64_unless_that_is_off() {
    for (base64, data) in [(json!(true), "S(\"bnxpOjE7\")"), (json!(false), "S(\"n|i:1;\")")] {
        let options = load(Idealstack, &json!({ "base64": base64 }));
        assert_eq!(stored(&options, "n|i:1;").await["data"], data);
    }
    assert_eq!(load(Idealstack, &json!({})).payload_kind(), PayloadKind::Binary);
}

#[test]
fn what_its_code_reads_besides_is_explained() {
    for (option, part) in [("debug", "`tracing`"), ("service", "always DynamoDB")] {
        let error = rejected(Idealstack, &json!({ option: "any" }));
        assert!(error.starts_with(&format!("{option} is no option")), "{error}");
        assert!(error.contains(part) && !error.contains("did you mean"), "{error}");
    }
}
