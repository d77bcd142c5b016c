//! Tests that examine the items of a table, and convert one of them.

mod converting;
mod examining;
mod forms;

use crate::support::{Bench, START, TABLE, key, number, pausing, text};
use aws_sdk_dynamodb::types::AttributeValue;
use session_core::store::{Key, Payload};
use session_core::{KeyScheme, Result};
use session_dynamodb::DynamoDbStore;
use session_dynamodb::admin::{DataAttribute, ExaminedItem, Rewrite, TableAdmin};
use std::num::NonZeroUsize;
use std::sync::Arc;

const EXPIRES: u64 = START + 3_600;

/// Reads every item of the table, in pages of this size.
pub(crate) async fn examine_all(
    store: Arc<DynamoDbStore>,
    max_items: NonZeroUsize,
) -> Result<Vec<ExaminedItem>> {
    let admin = TableAdmin::new(store);
    let mut page = admin.examine(max_items, None).await.result?;
    let mut items = page.items;
    while let Some(next) = page.next {
        page = admin.examine(max_items, Some(&next)).await.result?;
        items.append(&mut page.items);
    }
    Ok(items)
}

/// The change of a string to the same bytes.
pub(crate) fn to_bytes(item: &ExaminedItem) -> Option<Rewrite> {
    let DataAttribute::Payload(Payload::Text(text)) = item.data() else {
        return None;
    };
    let mut rewrite = Rewrite::default();
    rewrite.data = Some(Payload::binary(text.as_bytes()));
    Some(rewrite)
}

/// The administration of a table with sessions of the name `SID`, over its wire.
async fn bench() -> (TableAdmin, Bench) {
    let bench = Bench::new().await;
    let client = bench.wire.under(&bench.server.client());
    let builder = pausing(DynamoDbStore::builder(client, TABLE), &bench.pause);
    let builder = builder.clock(bench.clock.clone()).scan_segments(NonZeroUsize::MIN);
    let name = KeyScheme::Named { name: "SID".into(), separator: "_".into() };
    let store = builder.key_scheme(name).build().expect("the settings fit");
    (TableAdmin::new(Arc::new(store)), bench)
}

/// A session with this id and these other attributes.
async fn given(bench: &Bench, id: &str, attributes: &[(&str, AttributeValue)]) -> Key {
    let key = key(&format!("SID_{id}"));
    bench.put(&key, &[&[("expires", number(EXPIRES))], attributes].concat()).await;
    key
}

/// The same with data.
async fn given_data(bench: &Bench, id: &str, data: &str) -> Key {
    given(bench, id, &[("data", text(data))]).await
}

/// The items of the only page.
async fn examined(admin: &TableAdmin) -> Vec<ExaminedItem> {
    let page = admin.examine(NonZeroUsize::MAX, None).await.result.expect("it can be read");
    assert_eq!(page.next, None);
    page.items
}
