//! The recordings of PHP's handlers, and handlers that replay them.

use crate::support::TABLE;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::body::SdkBody;
use data_encoding::BASE64;
use serde_json::{Map, Value};
use session_core::KeyScheme;
use session_core::store::{Key, PayloadKind};
use session_core::time::Timestamp;
use session_dynamodb::{DynamoDbStoreBuilder, Profile};
use std::collections::HashMap;

const ITEMS: &str = include_str!("../data/items.jsonl");
const REQUESTS: &str = include_str!("../data/requests.jsonl");

/// The recorded handlers, by name.
///
/// Each has options for a store that shares its table.
pub(crate) const WRITERS: [&str; 6] = [
    "aws-sdk-php",
    "aws-sdk-php-locking",
    "aws-sdk-php-binary",
    "idealstack",
    "idealstack-plain",
    "async-aws",
];

/// The options that share a table with a handler of a given configuration.
#[derive(Clone)]
pub(crate) struct HandlerOptions {
    pub(crate) profile: Profile,
    pub(crate) data_attribute_type: PayloadKind,
    pub(crate) base64: bool,
    pub(crate) session_name: String,
}

impl HandlerOptions {
    pub(crate) fn key_scheme(&self) -> KeyScheme {
        KeyScheme::Named { name: self.session_name.clone(), separator: "_".into() }
    }
}

pub(crate) fn options(writer: &str) -> HandlerOptions {
    let (profile, data_attribute_type, base64) = match writer {
        "aws-sdk-php" | "aws-sdk-php-locking" => (Profile::AwsSdkPhp, PayloadKind::Text, false),
        "aws-sdk-php-binary" => (Profile::AwsSdkPhp, PayloadKind::Binary, false),
        "idealstack" => (Profile::Idealstack, PayloadKind::Text, true),
        "idealstack-plain" => (Profile::Idealstack, PayloadKind::Text, false),
        "async-aws" => (Profile::AsyncAws, PayloadKind::Text, false),
        other => panic!("{other} was not recorded"),
    };
    HandlerOptions { profile, data_attribute_type, base64, session_name: "PHPSESSID".into() }
}

/// The same settings in a builder that already has its table and client.
pub(crate) fn set(options: &HandlerOptions, builder: DynamoDbStoreBuilder) -> DynamoDbStoreBuilder {
    let builder = builder.data_attribute_type(options.data_attribute_type).locking(true);
    builder.profile(options.profile)
}

/// The item of one session that a handler wrote.
pub(crate) struct Recorded {
    pub(crate) writer: String,
    pub(crate) session_name: String,
    pub(crate) session_id: String,
    pub(crate) item: HashMap<String, AttributeValue>,
}

pub(crate) fn recorded_items() -> Vec<Recorded> {
    let lines = ITEMS.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("it is JSON");
        let text = |name: &str| line[name].as_str().expect("it is text").to_owned();
        let attributes = line["item"].as_object().expect("it is a map");
        let item = attributes.iter().map(|(name, value)| (name.clone(), attribute(value)));
        Recorded {
            writer: text("writer"),
            session_name: text("session_name"),
            session_id: text("session_id"),
            item: item.collect(),
        }
    });
    lines.collect()
}

/// An attribute in the JSON of the API.
fn attribute(value: &Value) -> AttributeValue {
    let (kind, text) = value.as_object().and_then(|map| map.iter().next()).expect("it has a type");
    let text = text.as_str().expect("it is text").to_owned();
    match kind.as_str() {
        "S" => AttributeValue::S(text),
        "N" => AttributeValue::N(text),
        "B" => AttributeValue::B(Blob::new(BASE64.decode(text.as_bytes()).expect("it is base64"))),
        other => panic!("nothing of type {other} was recorded"),
    }
}

/// A handler of PHP that sends its recorded requests.
///
/// Only the key, the expiry and the data are changed.
pub(crate) struct Php {
    client: Client,
    writer: &'static str,
    kind: PayloadKind,
    encodes: bool,
}

impl Php {
    pub(crate) fn new(client: Client, writer: &'static str) -> Self {
        let options = options(writer);
        Self { client, writer, kind: options.data_attribute_type, encodes: options.base64 }
    }

    /// The item as the handler reads it.
    pub(crate) async fn read(&self, key: &Key) -> Option<HashMap<String, AttributeValue>> {
        let mut request = self.recorded("GetItem", |_| true);
        request["Key"]["id"]["S"] = key.as_str().into();
        let call = self.client.get_item().table_name(TABLE).customize();
        let body = request.to_string();
        let call = call.mutate_request(move |http| replace_body(http, &body));
        call.send().await.expect("the handler reads").item
    }

    /// Writes changed data, without a condition.
    pub(crate) async fn write(&self, key: &Key, data: &str, expires: Timestamp) {
        let mut request = self.recorded("UpdateItem", |request| request["Expected"].is_null());
        request["Key"]["id"]["S"] = key.as_str().into();
        let updates = &mut request["AttributeUpdates"];
        updates["expires"]["Value"]["N"] = expires.as_epoch_seconds().to_string().into();
        let value = updates["data"]["Value"].as_object_mut().expect("it writes data");
        for text in value.values_mut() {
            *text = self.encoded(data).into();
        }
        self.update(&request).await.expect("the handler writes");
    }

    /// Tries to lock. Returns the item, or `None` if the handler has to wait.
    pub(crate) async fn lock(&self, key: &Key) -> Option<HashMap<String, AttributeValue>> {
        let mut request = self.recorded("UpdateItem", |request| request["Expected"].is_object());
        request["Key"]["id"]["S"] = key.as_str().into();
        match self.update(&request).await {
            Ok(item) => Some(item),
            Err(code) => {
                assert_eq!(code, "ConditionalCheckFailedException");
                None
            }
        }
    }

    /// The data as the handler stores it, in the text of the request.
    fn encoded(&self, data: &str) -> String {
        if self.encodes || self.kind == PayloadKind::Binary {
            return BASE64.encode(data.as_bytes());
        }
        data.to_owned()
    }

    fn recorded(&self, action: &str, is_meant: impl Fn(&Value) -> bool) -> Value {
        let lines = REQUESTS.lines();
        let mut lines = lines.map(|line| serde_json::from_str(line).expect("it is JSON"));
        let line = lines.find(|line: &Map<String, Value>| {
            line["writer"] == self.writer && line["op"] == action && is_meant(&line["request"])
        });
        line.expect("it was recorded")["request"].clone()
    }

    async fn update(&self, request: &Value) -> Result<HashMap<String, AttributeValue>, String> {
        let body = request.to_string();
        let call = self.client.update_item().table_name(TABLE).customize();
        let sent = call.mutate_request(move |http| replace_body(http, &body)).send().await;
        let sent = sent.map(|output| output.attributes.unwrap_or_default());
        sent.map_err(|error| error.code().unwrap_or("no code").to_owned())
    }
}

/// Sends `body` instead of the SDK's body. The SDK signs it afterwards.
fn replace_body(http: &mut aws_sdk_dynamodb::config::http::HttpRequest, body: &str) {
    *http.body_mut() = SdkBody::from(body);
    http.headers_mut().insert("content-length", body.len().to_string());
}
