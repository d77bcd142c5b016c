//! A table for trials: recorded items of PHP's handlers, and items with faults.

use crate::program::config::Side;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use data_encoding::BASE64;
use serde_json::{Map, Value, json};
use session_core::time::{Clock, SystemClock};
use session_dynamodb::{EmbeddedDynamoDb, TableOptions};
use std::error::Error;

const RECORDED: &str = include_str!("../../tests/data/items.jsonl");

/// The server of a demonstration, which ends when it is dropped.
pub(crate) type Server = EmbeddedDynamoDb;

/// How long the sessions of the demonstration live.
const LIFETIME: u64 = 3_600;

/// A server with the table.
pub(crate) async fn start(side: &Side) -> Result<Server, Box<dyn Error>> {
    let server = EmbeddedDynamoDb::start().await?;
    let client = server.client();
    let table = TableOptions { time_to_live: false, ..TableOptions::default() };
    side.store(client.clone()).build()?.create_table(&table).await?;
    let expires = SystemClock.now().as_epoch_millis() / 1_000 + LIFETIME;
    for (number, line) in RECORDED.lines().enumerate() {
        let recorded: Value = serde_json::from_str(line)?;
        let mut item = recorded["item"].as_object().ok_or("a recording has no item")?.clone();
        item.insert("id".into(), json!({ "S": format!("PHPSESSID_demo{number}") }));
        item.insert("expires".into(), json!({ "N": expires.to_string() }));
        put(&client, side, &item).await?;
    }
    let live = json!({ "N": expires.to_string() });
    for item in [
        json!({ "id": { "S": "PHPSESSID_locked" }, "expires": live, "data": { "S": "n|i:1;" }, "lock": { "N": "1" } }),
        json!({ "id": { "S": "PHPSESSID_garbled" }, "expires": live, "data": { "S": "n|i:" } }),
        json!({ "id": { "S": "PHPSESSID_expired" }, "expires": { "N": "1" }, "data": { "S": "n|i:1;" } }),
        json!({ "id": { "S": "PHPSESSID_orphan" }, "lock": { "N": "1" } }),
    ] {
        put(&client, side, item.as_object().ok_or("an item is a map")?).await?;
    }
    Ok(server)
}

async fn put(
    client: &Client,
    side: &Side,
    item: &Map<String, Value>,
) -> Result<(), Box<dyn Error>> {
    let mut call = client.put_item().table_name(side.table_name());
    let [key, expiry, data] = side.attribute_names();
    for (name, value) in item {
        let name = match name.as_str() {
            "id" => key,
            "expires" => expiry,
            "data" => data,
            _ => name,
        };
        call = call.item(name, attribute(value)?);
    }
    call.send().await?;
    Ok(())
}

/// An attribute as the API spells it.
fn attribute(value: &Value) -> Result<AttributeValue, Box<dyn Error>> {
    let (kind, value) = value.as_object().and_then(|map| map.iter().next()).ok_or("no type")?;
    let text = value.as_str().ok_or("a value is text")?;
    match kind.as_str() {
        "S" => Ok(AttributeValue::S(text.to_owned())),
        "N" => Ok(AttributeValue::N(text.to_owned())),
        "B" => Ok(AttributeValue::B(Blob::new(BASE64.decode(text.as_bytes())?))),
        other => Err(format!("nothing of type {other} was recorded").into()),
    }
}
