//! Between plain descriptions and the SDK's types.

use super::{Fault, Sender};
use crate::condition::Placeholders;
use crate::item::{Item, Value};
use crate::layout::Attribute;
use crate::request::{BatchDelete, Delete, Scan, Transaction, Update};
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::batch_write_item::builders::BatchWriteItemFluentBuilder;
use aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder;
use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;
use aws_sdk_dynamodb::operation::transact_write_items::builders::TransactWriteItemsFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConsumedCapacity, Delete as DeletePart, DeleteRequest, ReturnConsumedCapacity,
    ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update as UpdatePart,
    WriteRequest,
};
use session_core::Key;
use std::collections::HashMap;

pub(super) type Attributes = HashMap<String, AttributeValue>;
type Names = HashMap<String, String>;

const ALL_OLD: ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure::AllOld;

impl Sender {
    pub(super) fn update_item(&self, request: &Update) -> UpdateItemFluentBuilder {
        let mut placeholders = Placeholders::default();
        let call = self.client.update_item().table_name(&self.table);
        let call = call
            .set_key(Some(self.key(&request.key)))
            .update_expression(request.expression(&mut placeholders))
            .condition_expression(placeholders.condition(&request.condition))
            .set_expression_attribute_names(Some(self.names(&placeholders)))
            .set_expression_attribute_values(values(&placeholders))
            .return_values_on_condition_check_failure(ALL_OLD);
        if request.returns_new { call.return_values(ReturnValue::AllNew) } else { call }
    }

    pub(super) fn delete_item(&self, request: &Delete) -> DeleteItemFluentBuilder {
        let mut placeholders = Placeholders::default();
        let call = self.client.delete_item().table_name(&self.table);
        let call = call
            .set_key(Some(self.key(&request.key)))
            .condition_expression(placeholders.condition(&request.condition))
            .set_expression_attribute_names(Some(self.names(&placeholders)))
            .set_expression_attribute_values(values(&placeholders))
            .return_values_on_condition_check_failure(ALL_OLD);
        if request.counted {
            call.return_consumed_capacity(ReturnConsumedCapacity::Total)
        } else {
            call
        }
    }

    pub(super) fn transact_write_items(
        &self,
        request: &Transaction,
    ) -> Result<TransactWriteItemsFluentBuilder, Fault> {
        let incomplete = |error: BuildError| Fault::construction("TransactWriteItems", error);
        let update = self.update_part(&request.update).map_err(incomplete)?;
        let delete = self.delete_part(&request.delete).map_err(incomplete)?;
        let call = self.client.transact_write_items();
        let call = call.transact_items(TransactWriteItem::builder().update(update).build());
        let call = call.transact_items(TransactWriteItem::builder().delete(delete).build());
        Ok(call.client_request_token(&request.token))
    }

    fn update_part(&self, request: &Update) -> Result<UpdatePart, BuildError> {
        let mut placeholders = Placeholders::default();
        UpdatePart::builder()
            .table_name(&self.table)
            .set_key(Some(self.key(&request.key)))
            .update_expression(request.expression(&mut placeholders))
            .condition_expression(placeholders.condition(&request.condition))
            .set_expression_attribute_names(Some(self.names(&placeholders)))
            .set_expression_attribute_values(values(&placeholders))
            .return_values_on_condition_check_failure(ALL_OLD)
            .build()
    }

    fn delete_part(&self, request: &Delete) -> Result<DeletePart, BuildError> {
        let mut placeholders = Placeholders::default();
        DeletePart::builder()
            .table_name(&self.table)
            .set_key(Some(self.key(&request.key)))
            .condition_expression(placeholders.condition(&request.condition))
            .set_expression_attribute_names(Some(self.names(&placeholders)))
            .set_expression_attribute_values(values(&placeholders))
            .return_values_on_condition_check_failure(ALL_OLD)
            .build()
    }

    pub(super) fn scan_part(&self, request: &Scan) -> ScanFluentBuilder {
        let mut placeholders = Placeholders::default();
        let filter = request.filter.as_ref().map(|filter| placeholders.condition(filter));
        let projection = request.projection.iter().map(|attribute| placeholders.name(*attribute));
        let projection: Vec<_> = projection.collect();
        self.client
            .scan()
            .table_name(&self.table)
            .set_consistent_read(request.consistent.then_some(true))
            .set_filter_expression(filter)
            .projection_expression(projection.join(", "))
            .set_expression_attribute_names(Some(self.names(&placeholders)))
            .set_expression_attribute_values(values(&placeholders))
            .segment(count(request.segment))
            .total_segments(count(request.segments))
            .limit(count(request.limit))
            .set_exclusive_start_key(request.from.as_ref().map(|key| self.key(key)))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
    }

    pub(super) fn batch_write_item(
        &self,
        request: &BatchDelete,
    ) -> Result<BatchWriteItemFluentBuilder, Fault> {
        let deletions = request.keys.iter().map(|key| {
            let deletion = DeleteRequest::builder().set_key(Some(self.key(key))).build()?;
            Ok(WriteRequest::builder().delete_request(deletion).build())
        });
        let deletions = deletions.collect::<Result<Vec<_>, BuildError>>();
        let deletions = deletions.map_err(|error| Fault::construction("BatchWriteItem", error))?;
        let call = self.client.batch_write_item().request_items(&self.table, deletions);
        Ok(call.return_consumed_capacity(ReturnConsumedCapacity::Total))
    }

    pub(super) fn key(&self, key: &Key) -> Attributes {
        let name = self.layout.name(Attribute::Key).to_owned();
        HashMap::from([(name, AttributeValue::S(key.as_str().to_owned()))])
    }

    fn names(&self, placeholders: &Placeholders) -> Names {
        let names = placeholders.names().map(|attribute| {
            (attribute.placeholder().to_owned(), self.layout.name(attribute).to_owned())
        });
        names.collect()
    }

    /// What is ours of an item.
    pub(super) fn item(&self, mut attributes: Attributes) -> Item {
        let ours = self.layout.attributes().filter_map(|attribute| {
            let value = attributes.remove(self.layout.name(attribute))?;
            Some((attribute, read(value)))
        });
        Item(ours.collect())
    }

    pub(super) fn some_item(&self, attributes: Option<Attributes>) -> Item {
        attributes.map(|attributes| self.item(attributes)).unwrap_or_default()
    }
}

/// What is no type of ours is told by that alone.
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

/// The SDK takes counts as they are in the protocol; ours are far below its limit.
fn count(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
