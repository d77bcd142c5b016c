//! Between plain descriptions and the SDK's types.

use crate::condition::Placeholders;
use crate::item::{Item, Value};
use crate::layout::Attribute;
use crate::request::{BatchDelete, Delete, Get, Scan, Transaction, Update};
use crate::send::transport::{Table, Whole};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::batch_write_item::builders::BatchWriteItemFluentBuilder;
use aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder;
use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;
use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;
use aws_sdk_dynamodb::operation::transact_write_items::builders::TransactWriteItemsFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConsumedCapacity, Delete as DeletePart, DeleteRequest, ReturnConsumedCapacity,
    ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update as UpdatePart,
    WriteRequest,
};
use session_core::store::Key;
use std::collections::HashMap;

type Attributes = HashMap<String, AttributeValue>;
type Names = HashMap<String, String>;

const ALL_OLD: ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure::AllOld;

pub(super) fn get_item(client: &Client, table: &Table, request: &Get) -> GetItemFluentBuilder {
    let call = client.get_item().table_name(&table.name);
    let call = call.set_key(Some(key(table, &request.key))).consistent_read(request.consistent);
    if request.counted {
        call.return_consumed_capacity(ReturnConsumedCapacity::Total)
    } else {
        call
    }
}

pub(super) fn update_item(
    client: &Client,
    table: &Table,
    request: &Update,
) -> UpdateItemFluentBuilder {
    let mut placeholders = Placeholders::default();
    let call = client.update_item().table_name(&table.name);
    let mut call = call
        .set_key(Some(key(table, &request.key)))
        .update_expression(request.expression(&mut placeholders))
        .condition_expression(placeholders.condition(&request.condition))
        .set_expression_attribute_names(Some(names(table, &placeholders)))
        .set_expression_attribute_values(values(&placeholders))
        .return_values_on_condition_check_failure(ALL_OLD);
    if request.returns_new {
        call = call.return_values(ReturnValue::AllNew);
    }
    if request.counted {
        call.return_consumed_capacity(ReturnConsumedCapacity::Total)
    } else {
        call
    }
}

pub(super) fn delete_item(
    client: &Client,
    table: &Table,
    request: &Delete,
) -> DeleteItemFluentBuilder {
    let mut placeholders = Placeholders::default();
    let call = client.delete_item().table_name(&table.name);
    let call = call
        .set_key(Some(key(table, &request.key)))
        .condition_expression(placeholders.condition(&request.condition))
        .set_expression_attribute_names(Some(names(table, &placeholders)))
        .set_expression_attribute_values(values(&placeholders))
        .return_values_on_condition_check_failure(ALL_OLD);
    if request.counted {
        call.return_consumed_capacity(ReturnConsumedCapacity::Total)
    } else {
        call
    }
}

pub(super) fn transact_write_items(
    client: &Client,
    table: &Table,
    request: &Transaction,
) -> Result<TransactWriteItemsFluentBuilder, BuildError> {
    let update = update_part(table, &request.update)?;
    let delete = delete_part(table, &request.delete)?;
    let call = client.transact_write_items();
    let call = call.transact_items(TransactWriteItem::builder().update(update).build());
    let call = call.transact_items(TransactWriteItem::builder().delete(delete).build());
    Ok(call.client_request_token(&request.token))
}

fn update_part(table: &Table, request: &Update) -> Result<UpdatePart, BuildError> {
    let mut placeholders = Placeholders::default();
    UpdatePart::builder()
        .table_name(&table.name)
        .set_key(Some(key(table, &request.key)))
        .update_expression(request.expression(&mut placeholders))
        .condition_expression(placeholders.condition(&request.condition))
        .set_expression_attribute_names(Some(names(table, &placeholders)))
        .set_expression_attribute_values(values(&placeholders))
        .return_values_on_condition_check_failure(ALL_OLD)
        .build()
}

fn delete_part(table: &Table, request: &Delete) -> Result<DeletePart, BuildError> {
    let mut placeholders = Placeholders::default();
    DeletePart::builder()
        .table_name(&table.name)
        .set_key(Some(key(table, &request.key)))
        .condition_expression(placeholders.condition(&request.condition))
        .set_expression_attribute_names(Some(names(table, &placeholders)))
        .set_expression_attribute_values(values(&placeholders))
        .return_values_on_condition_check_failure(ALL_OLD)
        .build()
}

pub(super) fn scan(client: &Client, table: &Table, request: &Scan) -> ScanFluentBuilder {
    let mut placeholders = Placeholders::default();
    let filter = request.filter.as_ref().map(|filter| placeholders.condition(filter));
    let projection = request.projection.iter().map(|attribute| placeholders.name(*attribute));
    let projection: Vec<_> = projection.collect();
    let names = names(table, &placeholders);
    client
        .scan()
        .table_name(&table.name)
        .set_consistent_read(request.consistent.then_some(true))
        .set_filter_expression(filter)
        .set_projection_expression((!projection.is_empty()).then(|| projection.join(", ")))
        // DynamoDB rejects names that no expression refers to, and an empty map of them.
        .set_expression_attribute_names((!names.is_empty()).then_some(names))
        .set_expression_attribute_values(values(&placeholders))
        .segment(count(request.segment))
        .total_segments(count(request.segments))
        .limit(count(request.limit))
        .set_exclusive_start_key(request.from.as_ref().map(|from| key(table, from)))
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
}

pub(super) fn batch_write_item(
    client: &Client,
    table: &Table,
    request: &BatchDelete,
) -> Result<BatchWriteItemFluentBuilder, BuildError> {
    let deletions = request.keys.iter().map(|deleted| {
        let deletion = DeleteRequest::builder().set_key(Some(key(table, deleted))).build()?;
        Ok(WriteRequest::builder().delete_request(deletion).build())
    });
    let deletions = deletions.collect::<Result<Vec<_>, BuildError>>()?;
    let call = client.batch_write_item().request_items(&table.name, deletions);
    Ok(call.return_consumed_capacity(ReturnConsumedCapacity::Total))
}

fn key(table: &Table, key: &Key) -> Attributes {
    let name = table.layout.name(Attribute::Key).to_owned();
    HashMap::from([(name, AttributeValue::S(key.as_str().to_owned()))])
}

fn names(table: &Table, placeholders: &Placeholders) -> Names {
    let names = placeholders.names().map(|attribute| {
        (attribute.placeholder().to_owned(), table.layout.name(attribute).to_owned())
    });
    names.collect()
}

/// The attributes of an item that are in the layout.
pub(super) fn item(table: &Table, mut attributes: Attributes) -> Item {
    let layout = &table.layout;
    let known = layout.attributes().filter_map(|attribute| {
        let value = attributes.remove(layout.name(attribute))?;
        Some((attribute, read(value)))
    });
    Item(known.collect())
}

/// The whole item, with the number of attributes that are not in the layout.
pub(super) fn whole(table: &Table, attributes: Attributes) -> Whole {
    let all = attributes.len();
    let item = item(table, attributes);
    Whole { others: all - item.0.len(), item }
}

pub(super) fn some_item(table: &Table, attributes: Option<Attributes>) -> Item {
    attributes.map(|attributes| item(table, attributes)).unwrap_or_default()
}

/// A type that this store does not use is only known as such.
fn read(value: AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => Value::S(text.into()),
        AttributeValue::N(number) => Value::N(number),
        AttributeValue::B(bytes) => Value::B(bytes.into_inner().into()),
        _ => Value::Other,
    }
}

fn values(placeholders: &Placeholders) -> Option<Attributes> {
    let named = placeholders.values();
    let mut values = Attributes::with_capacity(named.size_hint().1.unwrap_or_default());
    values.extend(named.filter_map(|(name, value)| Some((name.into_owned(), write(value)?))));
    (!values.is_empty()).then_some(values)
}

fn write(value: &Value) -> Option<AttributeValue> {
    match value {
        Value::S(text) => Some(AttributeValue::S(text.as_ref().to_owned())),
        Value::N(number) => Some(AttributeValue::N(number.clone())),
        Value::B(bytes) => Some(AttributeValue::B(Blob::new(bytes.as_ref()))),
        Value::Other => None,
    }
}

pub(super) fn units(capacity: Option<&ConsumedCapacity>) -> f64 {
    capacity.and_then(ConsumedCapacity::capacity_units).unwrap_or_default()
}

/// Converts a count for the SDK, whose limit is far above this store's counts.
fn count(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
