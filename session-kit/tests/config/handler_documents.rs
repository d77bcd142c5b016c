//! Tests of every configuration in the documents of PHP's handlers, by its effect.
//!
//! - async-aws: <https://async-aws.com/integration/dynamodb-session.html>
//! - the AWS SDK, version 3, which a public note repeats in part:
//!   <https://docs.aws.amazon.com/sdk-for-php/v3/developer-guide/service_dynamodb-session-handler.html>
//! - the AWS SDK, version 2:
//!   <https://docs.aws.amazon.com/aws-sdk-php/v2/guide/feature-dynamodb-session-handler.html>
//! - Idealstack: <https://github.com/Idealstack/dynamodb-sessions-dependency-free#readme>

mod async_aws;
mod aws_sdk;
mod guide;
mod idealstack;

use aws_sdk_dynamodb::types::TableDescription;
use serde_json::Value;
use session_kit::Config;
use session_kit::codec::RawString;
use session_kit::dynamodb::{EmbeddedDynamoDb, Profile, TableOptions};
use std::collections::HashMap;

/// The options of a configuration, which the handler accepts.
fn load(profile: Profile, configuration: &Value) -> Config {
    let options = Config::of_profile(profile, configuration.clone());
    options.unwrap_or_else(|error| panic!("{configuration}: {error}"))
}

/// The error for a rejected configuration.
fn rejected(profile: Profile, configuration: &Value) -> String {
    Config::of_profile(profile, configuration.clone()).expect_err("it is rejected").to_string()
}

/// Checks that two configurations give the same options.
fn assert_same(profile: Profile, one: &Value, other: &Value) {
    let [one, other] = [one, other].map(|configuration| load(profile, configuration));
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
}

/// A server with the table of these options.
async fn with_table(options: &Config, table: &TableOptions) -> EmbeddedDynamoDb {
    let server = EmbeddedDynamoDb::start().await.expect("it starts");
    let store = options.dynamodb_store(server.client()).expect("the options fit");
    store.create_table(table).await.expect("it is created");
    server
}

async fn described(server: &EmbeddedDynamoDb, table: &str) -> TableDescription {
    let described = server.client().describe_table().table_name(table).send().await;
    described.expect("it is described").table.expect("it is there")
}

/// The attribute of the time to live, which is switched on.
async fn time_to_live(server: &EmbeddedDynamoDb, table: &str) -> String {
    let described = server.client().describe_time_to_live().table_name(table).send().await;
    let setting = described.expect("it is described").time_to_live_description;
    let attribute = setting.and_then(|setting| setting.attribute_name);
    attribute.expect("it is on")
}

/// The item of a new session with this data, each attribute as its type and text.
async fn stored(options: &Config, data: &str) -> HashMap<String, String> {
    let server = with_table(options, &TableOptions::default()).await;
    let store = options.dynamodb_store(server.client()).expect("the options fit");
    let sessions = options.sessions_with(store, RawString::new()).expect("the options fit");
    let mut session = sessions.open(None).await.expect("it opens");
    session.data_mut().push_str(data);
    let _ = session.commit().await.expect("it commits");
    let items = server.client().scan().table_name(&options.dynamodb.table_name).send().await;
    let items = items.expect("it scans").items.expect("there are items");
    let [item] = items.try_into().expect("there is one session");
    item.into_iter().map(|(name, value)| (name, format!("{value:?}"))).collect()
}
