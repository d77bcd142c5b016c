//! The page of async-aws, with its files for Symfony.

use super::{assert_same, described, load, rejected, time_to_live, with_table};
use aws_sdk_dynamodb::types::{KeyType, ScalarAttributeType};
use serde_json::{Value, json};
use session_kit::Config;
use session_kit::dynamodb::Profile::AsyncAws;
use session_kit::dynamodb::TableOptions;
use session_kit::store::PayloadKind;

/// `config/services.yaml`.
const SERVICES: &str = "\
services:
    AsyncAws\\DynamoDbSession\\SessionHandler:
        arguments:
            - '@async_aws.client.dynamo_db'
            - table_name: php-sessions
              # for more parameters, see Configuration
";

/// `config/packages/framework.yaml`.
const FRAMEWORK: &str = "\
framework:
    session:
        handler_id: AsyncAws\\DynamoDbSession\\SessionHandler
";

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).expect("it is YAML")
}

#[test]
fn the_usage_loads_as_it_is() {
    let options = load(AsyncAws, &json!({ "table_name": "php-sessions" }));
    assert_eq!(options.dynamodb.table_name, "php-sessions");
    assert_eq!(options.dynamodb.profile, Some(AsyncAws));
}

#[test]
fn the_arguments_of_the_symfony_service_load_as_they_are() {
    let file = yaml(SERVICES);
    let service = &file["services"]["AsyncAws\\DynamoDbSession\\SessionHandler"];
    let arguments = service["arguments"].as_array().expect("it is a list");
    let [client, configuration] = arguments.as_slice() else { panic!("{arguments:?}") };
    assert_eq!(client, "@async_aws.client.dynamo_db");
    let options = load(AsyncAws, configuration);
    assert_eq!(options.dynamodb.table_name, "php-sessions");

    let alone = "profile: async_aws\ntable_name: php-sessions\n";
    let from_yaml: Config = serde_saphyr::from_str(alone).expect("it loads");
    assert_eq!(format!("{from_yaml:?}"), format!("{options:?}"));
}

#[test]
fn the_whole_files_of_symfony_are_explained() {
    for (file, parts) in [
        (yaml(SERVICES), ["services is no option: it is part of a Symfony", "`arguments`"]),
        (yaml(FRAMEWORK), ["framework is no option: it is part of Symfony", "`arguments`"]),
        (yaml(FRAMEWORK)["framework"].clone(), ["session is no option", "`arguments`"]),
        (
            yaml(FRAMEWORK)["framework"]["session"].clone(),
            ["handler_id is no option", "`Config::sessions`"],
        ),
    ] {
        let error = rejected(AsyncAws, &file);
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        assert!(!error.contains("did you mean"), "{error}");
    }
    let text = serde_saphyr::from_str::<Config>(SERVICES).expect_err("it is a whole file");
    assert!(text.to_string().contains("the map among the `arguments`"), "{text}");
}

#[test]
fn the_defaults_of_its_table_are_the_defaults() {
    let all = json!({
        "consistent_read": true, "data_attribute": "data", "hash_key": "id",
        "session_lifetime": 1440, "session_lifetime_attribute": "expires",
        "table_name": "php-sessions",
    });
    assert_same(AsyncAws, &all, &json!({ "table_name": "php-sessions" }));
    let options = load(AsyncAws, &all);
    assert!(options.dynamodb.consistent_read && !options.locking && !options.base64);
    assert_eq!(options.dynamodb.data_attribute_type, PayloadKind::Text);
}

#[test]
fn a_table_name_has_no_default() {
    for configuration in [json!({}), json!({ "table_name": null }), json!({ "hash_key": "id" })] {
        let error = rejected(AsyncAws, &configuration);
        assert!(error.starts_with("table_name is not set"), "{error}");
    }
    let slip = rejected(AsyncAws, &json!({ "tablename": "php-sessions" }));
    assert!(slip.contains("did you mean `table_name`?"), "{slip}");
}

#[tokio::test]
async fn the_key_is_a_string_and_time_to_live_is_on_expires_unless_they_are_changed() {
    let changed = json!({
        "table_name": "php-sessions", "hash_key": "sid", "session_lifetime_attribute": "ttl",
    });
    for (configuration, key, expiry) in
        [(json!({ "table_name": "php-sessions" }), "id", "expires"), (changed, "sid", "ttl")]
    {
        let options = load(AsyncAws, &configuration);
        let server = with_table(&options, &TableOptions::default()).await;
        let table = described(&server, "php-sessions").await;
        let [element] = table.key_schema() else { panic!("{table:?}") };
        assert_eq!((element.attribute_name(), element.key_type()), (key, &KeyType::Hash));
        let [defined] = table.attribute_definitions() else { panic!("{table:?}") };
        assert_eq!(defined.attribute_type(), &ScalarAttributeType::S);
        assert_eq!(time_to_live(&server, "php-sessions").await, expiry);
    }
}
