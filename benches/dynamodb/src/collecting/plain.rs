use super::TABLE;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, WriteRequest};
use session_core::time::{Clock, SystemClock};
use std::collections::HashMap;

/// What a batch takes.
const BATCH: usize = 25;

/// Walks over the table, and deletes the expired items of each page.
///
/// The deletions have no condition. It returns how many there were.
pub(super) async fn collect(client: &Client) -> u64 {
    let now = SystemClock.now().timestamp().as_epoch_seconds();
    let mut pages = client
        .scan()
        .table_name(TABLE)
        .filter_expression("#expires <= :now")
        .projection_expression("#id")
        .expression_attribute_names("#expires", "expires")
        .expression_attribute_names("#id", "id")
        .expression_attribute_values(":now", AttributeValue::N(now.to_string()))
        .into_paginator()
        .send();
    let mut deleted = 0;
    while let Some(page) = pages.next().await {
        let found = page.expect("the server answers").items.unwrap_or_default();
        for batch in found.chunks(BATCH) {
            delete(client, batch).await;
            deleted += batch.len() as u64;
        }
    }
    deleted
}

async fn delete(client: &Client, keys: &[HashMap<String, AttributeValue>]) {
    let deletions = keys.iter().map(|key| {
        let deletion = DeleteRequest::builder().set_key(Some(key.clone())).build();
        WriteRequest::builder().delete_request(deletion.expect("it has a key")).build()
    });
    let mut left: Vec<WriteRequest> = deletions.collect();
    while !left.is_empty() {
        let written = client.batch_write_item().request_items(TABLE, left).send().await;
        let unprocessed = written.expect("the server answers").unprocessed_items;
        left = unprocessed.and_then(|mut tables| tables.remove(TABLE)).unwrap_or_default();
    }
}
