//! Tests of the unchanged configurations of PHP's handlers.

use serde_json::{Deserializer, Value, json};
use session_kit::codec::{Json, RawBytes, RawString};
use session_kit::dynamodb::{DynamoDbStore, Profile, StaticCredentials, local_client};
use session_kit::store::PayloadKind;
use session_kit::{Config, ErrorKind, KeyScheme, SessionId};
use std::time::Duration;

fn read(profile: Profile, configuration: &Value) -> Result<Config, String> {
    let text = configuration.to_string();
    Config::of_profile(profile, &mut Deserializer::from_str(&text))
        .map_err(|error| error.to_string())
}

fn key(options: &Config, id: &str) -> String {
    let id = SessionId::parse(id).expect("it is one");
    options.key_scheme().key(&id).expect("something is left").as_str().to_owned()
}

/// Every option of the AWS SDK's handler, with the values of its documentation.
#[test]
fn a_whole_configuration_of_the_aws_sdk_is_taken_as_it_is() {
    let configuration = json!({
        "table_name": "web", "hash_key": "id", "data_attribute": "data",
        "data_attribute_type": "binary", "session_lifetime": 3600,
        "session_lifetime_attribute": "expires", "consistent_read": false, "locking": true,
        "batch_config": { "batch_size": 10, "pool_size": 1, "autoflush": true },
        "max_lock_wait_time": 15, "min_lock_retry_microtime": 5000,
        "max_lock_retry_microtime": 50000,
    });
    let options = read(Profile::AwsSdkPhp, &configuration).expect("PHP takes it");
    assert_eq!(options.dynamodb.profile, Some(Profile::AwsSdkPhp));
    assert_eq!(
        (options.dynamodb.table_name.as_str(), options.session_lifetime),
        ("web", Duration::from_hours(1))
    );
    assert_eq!(options.dynamodb.data_attribute_type, PayloadKind::Binary);
    assert!(options.locking && !options.dynamodb.consistent_read && !options.base64);
    assert_eq!(options.locks.max_lock_wait_time, Duration::from_secs(15));
    assert_eq!(options.dynamodb.batch_config.as_ref().map(|batches| batches.batch_size), Some(10));
    assert_eq!(key(&options, "abc"), "PHPSESSID_abc");
    options.dynamodb_store(local_client("http://127.0.0.1:1")).expect("the options fit");
}

/// The options that its README calls defaults.
#[test]
fn the_configuration_of_idealstack_is_taken_with_its_credentials() {
    let configuration = json!({
        "table_name": "web", "base64": true, "hash_key": "id", "session_lifetime": 1440,
        "consistent_reads": true, "session_locking": false, "region": "us-east-1",
        "credentials": { "key": "AKIA", "secret": "secret" },
    });
    let options = read(Profile::Idealstack, &configuration).expect("the handler does no more");
    assert_eq!(options.dynamodb.credentials, Some(StaticCredentials::new("AKIA", "secret")));
    assert!(!format!("{options:?}").contains("AKIA"));
    assert!(options.base64 && options.dynamodb.consistent_read && !options.locking);
}

#[test]
fn the_same_configuration_is_taken_as_toml() {
    let configuration = "locking = true\nmax_lock_wait_time = 15\nbatch_config = []\n";
    let configuration = toml::Deserializer::parse(configuration).expect("it is TOML");
    let options = Config::of_profile(Profile::AwsSdkPhp, configuration).expect("PHP takes it");
    assert!(options.locking && options.dynamodb.batch_config.is_none());
    assert_eq!(options.locks.max_lock_wait_time, Duration::from_secs(15));

    let configuration =
        "profile = \"async_aws\"\ntable_name = \"web\"\n[batch_config]\nbatch_size = 10\n";
    let options: Config = toml::from_str(configuration).expect("they fit");
    assert_eq!(options.dynamodb.profile, Some(Profile::AsyncAws));
    assert_eq!(options.dynamodb.batch_config.map(|batches| batches.batch_size), Some(10));
}

#[test]
fn the_defaults_are_those_of_the_handler() {
    let options = read(Profile::AwsSdkPhp, &json!({ "batch_config": [] })).expect("PHP takes it");
    assert!(options.dynamodb.batch_config.is_none() && !options.locking && !options.base64);
    assert!(read(Profile::Idealstack, &json!({})).expect("PHP takes it").base64);
    let plain = read(Profile::Idealstack, &json!({ "base64": false, "region": "eu-west-1" }));
    assert!(!plain.expect("PHP takes it").base64);
    let options = read(Profile::AsyncAws, &json!({ "table_name": "web", "id_separator": "#" }));
    assert_eq!(key(&options.expect("PHP takes it"), "abc"), "PHPSESSID#abc");
}

#[test]
fn the_session_name_is_that_of_the_handler_or_none() {
    for (name, id, expected) in [
        ("__Host-SID", "abc", "Host-SID_abc"),
        ("SID", "abc_", "SID_abc"),
        ("", "abc", "abc"),
        ("", "_abc", "abc"),
    ] {
        let options = read(Profile::AwsSdkPhp, &json!({ "session_name": name }));
        assert_eq!(key(&options.expect("it is a name"), id), expected);
    }
}

#[test]
fn a_profile_is_an_option_like_others() {
    let set = [("SESSION_PROFILE", "async_aws"), ("SESSION_TABLE_NAME", "web")];
    let options = Config::from_variables(set);
    assert_eq!(options.expect("it is one").dynamodb.profile, Some(Profile::AsyncAws));
    let error = serde_json::from_value::<Config>(json!({ "profile": "aws" }));
    let error = error.expect_err("it is none").to_string();
    assert!(Profile::ALL.iter().all(|profile| error.contains(profile.name())), "{error}");
    let error = read(Profile::AsyncAws, &json!({ "profile": "idealstack" }));
    let error = error.expect_err("it is another");
    assert!(error.contains("async_aws") && error.contains("idealstack"), "{error}");
    assert!(matches!(Config::default().key_scheme(), KeyScheme::Hashed));
}

#[test]
fn what_a_profile_has_no_place_for_is_named_with_the_reason() {
    let (aws, own, idealstack) = (Profile::AwsSdkPhp, Profile::AsyncAws, Profile::Idealstack);
    for (profile, configuration, parts) in [
        (aws, json!({ "version_attribute": "v" }), ["version_attribute", "content"]),
        (aws, json!({ "deadline_attribute": "d" }), ["deadline_attribute", "absolute timeout"]),
        (aws, json!({ "idle_attribute": "i" }), ["idle_attribute", "lifetime of its own"]),
        (aws, json!({ "lock_attribute": "l" }), ["lock_attribute", "knows `lock` only"]),
        (aws, json!({ "id_separator": "#" }), ["id_separator", "knows `_` only"]),
        (aws, json!({ "base64": true }), ["base64", "does not decode"]),
        (own, json!({ "table_name": "web", "base64": true }), ["base64", "does not decode"]),
        (
            own,
            json!({ "table_name": "web", "data_attribute_type": "binary" }),
            ["data_attribute_type", "overwrites"],
        ),
        (own, json!({ "hash_key": "id" }), ["table_name is not set", "no default table"]),
        (idealstack, json!({ "data_attribute": "d" }), ["data_attribute", "knows `data` only"]),
        (aws, json!({ "locking_strategy": "optimistic" }), ["locking_strategy", "`pessimistic`"]),
        (aws, json!({ "gc_batch_size": 26 }), ["gc_batch_size is 26", "2 to 25"]),
        (aws, json!({ "automatic_gc": true }), ["automatic_gc", "time to live"]),
        (idealstack, json!({ "session_locking": true }), ["session_locking", "never locks"]),
        (aws, json!({ "batch_config": { "before": "f" } }), ["before", "`BatchConfig::before`"]),
        (aws, json!({ "batch_config": { "error": "f" } }), ["error", "report"]),
        (aws, json!({ "batch_config": { "pool_size": 0 } }), ["pool_size is 0", "1 to 100"]),
        (aws, json!({ "batch_config": { "autoflush": false } }), ["autoflush", "sent at once"]),
        (aws, json!({ "batch_config": [25] }), ["batch_config", "list"]),
        (aws, json!({ "session_lifetime": 0 }), ["session_lifetime is 0", "1 to"]),
        (aws, json!({ "lockng": true }), ["lockng", "did you mean `locking`?"]),
    ] {
        let error = read(profile, &configuration).expect_err("it has no place");
        assert!(parts.iter().all(|part| error.contains(part)), "{configuration}: {error}");
    }
}

#[test]
fn a_store_that_is_built_by_hand_is_held_to_its_profile() {
    let builder = || DynamoDbStore::builder(local_client("http://127.0.0.1:1"), "sessions");
    let lock = builder().profile(Profile::AwsSdkPhp).lock_attribute("l").build();
    let bytes = builder().data_attribute_type(PayloadKind::Binary).profile(Profile::AsyncAws);
    for refused in [lock, bytes.build()] {
        assert_eq!(refused.expect_err("the handler knows it not").kind(), ErrorKind::Config);
    }
}

#[test]
fn the_data_of_a_profile_takes_a_codec_of_phps_formats() {
    let client = || local_client("http://127.0.0.1:1");
    let config = read(Profile::AwsSdkPhp, &json!({})).expect("PHP takes it");
    let store = || config.dynamodb_store(client()).expect("it fits");
    let error = config.sessions::<u64>(store()).expect_err("it is no JSON").to_string();
    assert!(error.contains("set codec to its session.serialize_handler"), "{error}");
    config.sessions_with(store(), RawString::new()).expect("the format is the caller's");
    config.sessions_with::<u64>(store(), Json::new()).expect("who asks for it has it");
    let error = config.sessions_with(store(), RawBytes::new()).expect_err("bytes are no text");
    assert!(error.to_string().contains("data_attribute_type = \"binary\""), "{error}");
    let config = read(Profile::Idealstack, &json!({})).expect("PHP takes it");
    let store = config.dynamodb_store(client()).expect("it fits");
    config.sessions_with(store, RawBytes::new()).expect("base64 is text");
}
