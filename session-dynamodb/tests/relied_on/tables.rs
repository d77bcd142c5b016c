use crate::behaviors::{Table, expect, number, text};
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{
    ConsumedCapacity, DeleteRequest, ReturnConsumedCapacity, TimeToLiveSpecification, WriteRequest,
};
use std::collections::BTreeMap;

type Checked = Result<(), String>;

async fn given_many(table: &Table) {
    for name in 0..20 {
        table.put(&format!("item {name}"), &[("expires", number(name))]).await;
    }
}

pub(crate) async fn a_scan_in_segments_finds_each_item_once(table: Table) -> Checked {
    given_many(&table).await;
    let mut found = BTreeMap::<String, usize>::new();
    for segment in 0..4 {
        let mut from = None;
        loop {
            let call = table.client.scan().table_name(&table.name).segment(segment);
            let call = call.total_segments(4).limit(3).set_exclusive_start_key(from);
            let page = call.send().await.map_err(|error| error.to_string())?;
            for item in page.items() {
                let id = item["id"].as_s().map_err(|_| "the key is no text")?;
                *found.entry(id.clone()).or_default() += 1;
            }
            from = page.last_evaluated_key;
            if from.is_none() {
                break;
            }
        }
    }
    expect((found.len(), found.values().all(|times| *times == 1)), (20, true))
}

pub(crate) async fn a_place_in_a_scan_is_a_key_and_nothing_else(table: Table) -> Checked {
    given_many(&table).await;
    let page = table.client.scan().table_name(&table.name).limit(3).send().await;
    let place = page.map_err(|error| error.to_string())?.last_evaluated_key.unwrap_or_default();
    expect(place.keys().map(String::as_str).collect::<Vec<_>>(), vec!["id"])
}

pub(crate) async fn a_batch_deletes_items_that_are_there_and_that_are_not(table: Table) -> Checked {
    table.put("there", &[]).await;
    let deletions = ["there", "not there"].map(|id| {
        let deletion = DeleteRequest::builder().key("id", text(id)).build();
        let deletion = deletion.expect("it is complete");
        WriteRequest::builder().delete_request(deletion).build()
    });
    let call = table.client.batch_write_item().request_items(&table.name, deletions.to_vec());
    let output = call.send().await.map_err(|error| error.to_string())?;
    expect(output.unprocessed_items.is_some_and(|left| left.is_empty()), true)?;
    expect(table.get("there").await, None)
}

pub(crate) async fn capacity_is_reported_when_asked_for(table: Table) -> Checked {
    table.put("a", &[("data", text(&"x".repeat(2_000)))]).await;
    let total = ReturnConsumedCapacity::Total;
    let scan = table.client.scan().table_name(&table.name).return_consumed_capacity(total.clone());
    let scan = scan.send().await.map_err(|error| error.to_string())?;
    let call = table.client.delete_item().table_name(&table.name).key("id", text("a"));
    let deletion = call.return_consumed_capacity(total).send().await;
    let deletion = deletion.map_err(|error| error.to_string())?;
    let read = scan.consumed_capacity().and_then(ConsumedCapacity::capacity_units);
    let written = deletion.consumed_capacity().and_then(ConsumedCapacity::capacity_units);
    expect((read, written), (Some(0.5), Some(2.0)))
}

pub(crate) async fn time_to_live_enabled_twice_is_invalid(table: Table) -> Checked {
    let enable = || async {
        let setting = TimeToLiveSpecification::builder().attribute_name("expires").enabled(true);
        let call = table.client.update_time_to_live().table_name(&table.name);
        let call = call.time_to_live_specification(setting.build().expect("it is complete"));
        call.send().await.map(drop).map_err(|error| error.code().map(str::to_owned))
    };
    expect(enable().await, Ok(()))?;
    expect(enable().await, Err(Some("ValidationException".into())))
}

pub(crate) async fn creating_a_table_that_exists_is_in_use(table: Table) -> Checked {
    expect(table.ask_for_creation().await, Err(Some("ResourceInUseException".into())))
}
