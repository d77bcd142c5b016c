//! Every option, from every format.

use super::known;
use crate::Config;
use serde_json::{Map, Value, json};
use session_dynamodb::StaticCredentials;
use std::collections::BTreeSet;

/// A value of each option that is not its default.
fn values() -> Map<String, Value> {
    let values = json!({
        "profile": "async_aws", "table_name": "web", "hash_key": "sid", "data_attribute": "d",
        "session_lifetime_attribute": "ttl", "lock_attribute": "l", "version_attribute": "v",
        "deadline_attribute": "dl", "idle_attribute": "i", "data_attribute_type": "binary", "base64": true,
        "consistent_read": false, "session_lifetime": 60, "absolute_lifetime": "12h",
        "touch_threshold": 30, "optimistic": true, "locking": true, "transactions": false, "max_lock_wait_time": 1.5,
        "min_lock_retry_microtime": 20_000, "max_lock_retry_microtime": "100ms", "lock_lease": "10s",
        "held_locks": "/run/web/1.locks", "max_lock_hold": 60, "clock_skew": "250ms", "php_lock_timeout": "1m",
        "request_timeout": 0.5, "operation_timeout": "10s", "release_timeout": "1s",
        "max_retries": 0, "session_name": "SID", "id_separator": "#", "scan_segments": 8,
        "collect_orphans": true, "batch_config": { "batch_size": 10, "pool_size": 2, "delay": "2s" },
        "region": "eu-central-1", "endpoint": "http://localhost:8000",
        "credentials": { "key": "AKIA", "secret": "hush", "token": "quiet" },
    });
    let more = json!({
        "store": "dynamodb", "codec": "postcard", "max_sessions": 10, "max_bytes": 1_000,
        "sqlite_path": "sessions.db", "synchronous": "normal",
    });
    let maps = [values, more].map(|map| map.as_object().expect("it is a map").clone());
    maps.into_iter().flatten().collect()
}

/// The option alone, or with what it cannot be without.
fn alone(option: &str, value: &Value) -> Map<String, Value> {
    let mut options = Map::from_iter([(option.to_owned(), value.clone())]);
    let needed: Option<(&str, Value)> = match option {
        "id_separator" => Some(("session_name", "PHPSESSID".into())),
        "profile" => Some(("table_name", "sessions".into())),
        "synchronous" => Some(("sqlite_path", "sessions.db".into())),
        "held_locks" => Some(("locking", true.into())),
        _ => None,
    };
    options.extend(needed.map(|(name, value)| (name.to_owned(), value)));
    options
}

fn toml(options: &Map<String, Value>) -> String {
    let lines =
        options.iter().map(|(name, value)| format!("{name} = {}\n", super::casts::toml_of(value)));
    lines.collect()
}

/// In the plain style, without quotes, that YAML is written in.
fn yaml(options: &Map<String, Value>, indent: &str) -> String {
    let lines = options.iter().map(|(name, value)| match value {
        Value::Object(map) => format!("{indent}{name}:\n{}", yaml(map, &format!("{indent}  "))),
        // Behind a blank a hash begins a comment.
        Value::String(text) if text.contains('#') => format!("{indent}{name}: '{text}'\n"),
        Value::String(text) => format!("{indent}{name}: {text}\n"),
        other => format!("{indent}{name}: {other}\n"),
    });
    lines.collect()
}

fn variables(options: &Map<String, Value>, prefix: &str) -> Vec<(String, String)> {
    let variables = options.iter().flat_map(|(name, value)| {
        let name = format!("{prefix}{}", name.to_uppercase());
        match value {
            Value::Object(map) => variables(map, &format!("{name}_")),
            Value::String(text) => vec![(name, text.clone())],
            other => vec![(name, other.to_string())],
        }
    });
    variables.collect()
}

/// The options as each format has them, which are the same.
fn read_from_all(options: &Map<String, Value>) -> Config {
    let shown = |options: &Config| format!("{options:?}");
    let json = serde_json::to_string(options).expect("it is JSON");
    let from_json: Config = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{json}: {e}"));
    let toml = toml(options);
    let from_toml: Config = toml::from_str(&toml).unwrap_or_else(|error| panic!("{toml}: {error}"));
    let yaml = yaml(options, "");
    let from_yaml: Config =
        serde_saphyr::from_str(&yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"));
    let variables = Config::from_variables(variables(options, "SESSION_"));
    let variables = variables.unwrap_or_else(|error| panic!("{json}: {error}"));
    for (format, other) in [("TOML", &from_toml), ("YAML", &from_yaml), ("variables", &variables)] {
        assert_eq!(shown(other), shown(&from_json), "{format}");
    }
    from_json
}

#[test]
fn every_option_is_set_by_every_format() {
    let values = values();
    let named: BTreeSet<_> = values.keys().map(String::as_str).collect();
    assert_eq!(named, known().into_iter().collect(), "there is a value of each option");
    for (option, value) in &values {
        let mut without = alone(option, value);
        without.remove(option);
        let (set, unset) = (read_from_all(&alone(option, value)), read_from_all(&without));
        assert_ne!(format!("{set:?}"), format!("{unset:?}"), "{option} changes nothing");
    }
}

#[test]
fn all_options_that_fit_together_are_set_at_once() {
    let mut values = values();
    for apart in
        ["profile", "optimistic", "max_sessions", "max_bytes", "sqlite_path", "synchronous"]
    {
        values.remove(apart);
    }
    let options = read_from_all(&values);
    assert_eq!((options.dynamodb.table_name.as_str(), options.dynamodb.max_retries), ("web", 0));
    let batches = options.dynamodb.batch_config.expect("it is set");
    assert_eq!((batches.batch_size, batches.pool_size, batches.delay.as_secs()), (10, 2, 2));
    let credentials = StaticCredentials::new("AKIA", "hush").with_token("quiet");
    assert_eq!(options.dynamodb.credentials, Some(credentials));
}

/// A format's addition to an error is not a line of the configuration.
#[test]
fn no_format_shows_credentials_beside_an_error() {
    let toml = "clock_skew = 301\n[credentials]\nkey = \"AKIA\"\nsecret = \"hush\"\n";
    let json = r#"{ "clock_skew": 301, "credentials": { "key": "AKIA", "secret": "hush" } }"#;
    let yaml = "clock_skew: 301\ncredentials:\n  key: AKIA\n  secret: hush\n";
    for error in [
        toml::from_str::<Config>(toml).expect_err("it is out of range").to_string(),
        serde_json::from_str::<Config>(json).expect_err("it is out of range").to_string(),
        serde_saphyr::from_str::<Config>(yaml).expect_err("it is out of range").to_string(),
    ] {
        assert!(error.contains("clock_skew is 301"), "{error}");
        assert!(!error.contains("AKIA") && !error.contains("hush"), "{error}");
    }
}

#[test]
fn an_error_is_the_same_in_every_format() {
    let yaml = "clock_skew: 301\n";
    let error = serde_saphyr::from_str::<Config>(yaml).expect_err("it is out of range");
    assert!(
        error.to_string().contains("clock_skew is 301: it must be 0 to 300 seconds"),
        "{error}"
    );
    let toml = toml::from_str::<Config>("clock_skew = 301").expect_err("it is out of range");
    assert!(toml.to_string().contains("clock_skew is 301: it must be 0 to 300 seconds"), "{toml}");
}
