//! A walk over a table with the wrong key is an error, and never an early end.

use crate::admin::examine_all;
use crate::support::{Bench, START, TABLE, number, text};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use session_core::store::{CollectingStore, SweepBudget};
use session_core::time::{EpochMillis, ManualClock};
use session_core::{Error, ErrorKind};
use session_dynamodb::{BatchConfig, Options};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// Options whose `hash_key` is not that of the table.
fn wrong() -> Options {
    let mut options = Options::default();
    options.hash_key = "session_id".into();
    options
}

fn limit(max_items: usize) -> NonZeroUsize {
    NonZeroUsize::new(max_items).expect("it is not zero")
}

/// Walks over the table in every way with these options, so many items per step.
async fn walks(client: &Client, options: &Options, max_items: usize) -> Vec<Result<(), Error>> {
    let clock = || ManualClock::at(EpochMillis::from_epoch_millis(START * 1_000));
    let builder = |options: &Options| {
        options.store(client.clone()).clock(clock()).scan_segments(NonZeroUsize::MIN)
    };
    let budget = SweepBudget::new(limit(max_items));
    let single = builder(options).build().expect("the settings fit");
    let batches = builder(options).batch_config(BatchConfig::default());
    let batches = batches.build().expect("the settings fit");
    let store = Arc::new(builder(options).build().expect("the settings fit"));
    vec![
        single.sweep(&budget, None).await.map(drop),
        batches.sweep(&budget, None).await.map(drop),
        examine_all(store, limit(max_items)).await.map(drop),
    ]
}

fn check_reported(walks: Vec<Result<(), Error>>, hash_key: &str) {
    for walked in walks {
        let error = walked.expect_err("the table has another key");
        assert_eq!(error.kind(), ErrorKind::Config);
        let (text, key) = (error.to_string(), format!("hash_key is `{hash_key}`"));
        assert!(text.contains(&key) && text.contains(&format!("`{TABLE}`")), "{text}");
    }
}

async fn put(client: &Client, table: &str, attributes: &[(&str, AttributeValue)]) {
    let mut call = client.put_item().table_name(table);
    for (name, value) in attributes {
        call = call.item(*name, value.clone());
    }
    call.send().await.expect("it is put");
}

#[tokio::test]
async fn items_without_the_key_are_not_passed_over() {
    let bench = Bench::new().await;
    let client = bench.server.client();
    for name in ["a", "b", "c"] {
        put(&client, TABLE, &[("id", text(name)), ("expires", number(1))]).await;
    }
    check_reported(walks(&client, &wrong(), 100).await, "session_id");
}

/// No item is found, because none has expired. The cursor shows the wrong key.
#[tokio::test]
async fn a_place_without_the_key_is_not_the_end() {
    let bench = Bench::new().await;
    let client = bench.server.client();
    for name in ["a", "b", "c"] {
        put(&client, TABLE, &[("id", text(name)), ("expires", number(START + 60))]).await;
    }
    check_reported(walks(&client, &wrong(), 2).await, "session_id");
}

#[tokio::test]
async fn a_place_with_a_sort_key_is_not_one_of_this_table() {
    let bench = Bench::new().await;
    let client = bench.server.client();
    client.delete_table().table_name(TABLE).send().await.expect("it is deleted");
    crate::foreign::WITH_SORT_KEY.create(&client).await;
    for name in ["a", "b", "c"] {
        let expires = ("expires", number(START + 60));
        put(&client, TABLE, &[("id", text(name)), ("sort", text("A")), expires]).await;
    }
    check_reported(walks(&client, &Options::default(), 2).await, "id");
}
