//! Requests about the table, sent by the SDK, and what their replies say.

use super::items::unmade;
use super::{SdkTransport, failure, sent};
use crate::layout::Attribute;
use crate::request::{
    CreateTable, DeleteTable, DescribeTable, DescribeTimeToLive, EnableTimeToLive,
};
use crate::send::failure::{Failure, UnparsableReply};
use crate::send::progress::Progress;
use crate::send::transport::{
    Exchange, KeyAttribute, Table, TableDescription, TableStatus, TimeToLive, Transport,
};
use crate::table::Throughput;
use async_trait::async_trait;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ProvisionedThroughput,
    ScalarAttributeType, TableDescription as Description, TableStatus as Status,
    TimeToLiveSpecification, TimeToLiveStatus,
};

impl Transport for SdkTransport {
    fn region(&self) -> Option<String> {
        self.client.config().region().map(ToString::to_string)
    }
}

#[async_trait]
impl Exchange<CreateTable> for SdkTransport {
    async fn send(
        &self,
        table: &Table,
        request: &CreateTable,
        progress: Progress,
    ) -> Result<(), Failure> {
        let call = self.creation(table, request).map_err(|error| unmade(&error))?;
        sent(progress, call.send()).await.map(drop).map_err(|error| failure(&error))
    }
}

#[async_trait]
impl Exchange<DescribeTable> for SdkTransport {
    async fn send(
        &self,
        table: &Table,
        _: &DescribeTable,
        progress: Progress,
    ) -> Result<TableDescription, Failure> {
        let call = self.client.describe_table().table_name(&table.name);
        let output = sent(progress, call.send()).await.map_err(|error| failure(&error))?;
        output.table.as_ref().map(described).ok_or_else(|| UnparsableReply::MissingPart.into())
    }
}

#[async_trait]
impl Exchange<DeleteTable> for SdkTransport {
    async fn send(
        &self,
        table: &Table,
        _: &DeleteTable,
        progress: Progress,
    ) -> Result<(), Failure> {
        let call = self.client.delete_table().table_name(&table.name);
        sent(progress, call.send()).await.map(drop).map_err(|error| failure(&error))
    }
}

#[async_trait]
impl Exchange<DescribeTimeToLive> for SdkTransport {
    async fn send(
        &self,
        table: &Table,
        _: &DescribeTimeToLive,
        progress: Progress,
    ) -> Result<TimeToLive, Failure> {
        let call = self.client.describe_time_to_live().table_name(&table.name);
        let output = sent(progress, call.send()).await.map_err(|error| failure(&error))?;
        let Some(setting) = output.time_to_live_description else {
            return Err(UnparsableReply::MissingPart.into());
        };
        let status = setting.time_to_live_status();
        let is_on = matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling));
        Ok(setting.attribute_name.filter(|_| is_on))
    }
}

#[async_trait]
impl Exchange<EnableTimeToLive> for SdkTransport {
    async fn send(
        &self,
        table: &Table,
        request: &EnableTimeToLive,
        progress: Progress,
    ) -> Result<(), Failure> {
        let attribute = table.layout.name(request.attribute);
        let setting = TimeToLiveSpecification::builder().attribute_name(attribute).enabled(true);
        let setting = setting.build().map_err(|error| unmade(&error))?;
        let call = self.client.update_time_to_live().table_name(&table.name);
        let call = call.time_to_live_specification(setting);
        sent(progress, call.send()).await.map(drop).map_err(|error| failure(&error))
    }
}

impl SdkTransport {
    fn creation(
        &self,
        table: &Table,
        request: &CreateTable,
    ) -> Result<CreateTableFluentBuilder, BuildError> {
        let name = table.layout.name(Attribute::Key);
        let key = KeySchemaElement::builder().attribute_name(name).key_type(KeyType::Hash);
        let attribute = AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S);
        let call = self.client.create_table().table_name(&table.name);
        let call = call.key_schema(key.build()?).attribute_definitions(attribute.build()?);
        Ok(match request.throughput {
            Throughput::OnDemand => call.billing_mode(BillingMode::PayPerRequest),
            Throughput::Provisioned { read_units, write_units } => {
                let units = ProvisionedThroughput::builder()
                    .read_capacity_units(read_units.get().into())
                    .write_capacity_units(write_units.get().into());
                call.billing_mode(BillingMode::Provisioned).provisioned_throughput(units.build()?)
            }
        })
    }
}

fn described(table: &Description) -> TableDescription {
    let kind = |name: &str| {
        let mut defined = table.attribute_definitions().iter();
        let defined = defined.find(|attribute| attribute.attribute_name() == name);
        defined.map(|attribute| attribute.attribute_type().as_str().to_owned())
    };
    let key = table.key_schema().iter().map(|element| KeyAttribute {
        name: element.attribute_name().to_owned(),
        is_hash: *element.key_type() == KeyType::Hash,
        kind: kind(element.attribute_name()),
    });
    TableDescription { status: status(table.table_status.as_ref()), key: key.collect() }
}

/// Converts the status of a table, where no status means usable.
///
/// A table whose settings change can be used meanwhile. A server that names no status has no other.
fn status(status: Option<&Status>) -> TableStatus {
    match status {
        Some(Status::Creating) => TableStatus::Creating,
        Some(Status::Deleting) => TableStatus::Deleting,
        Some(Status::Active | Status::Updating) | None => TableStatus::Usable,
        Some(_) => TableStatus::Unusable,
    }
}
