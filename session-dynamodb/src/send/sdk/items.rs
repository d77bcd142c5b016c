//! Requests about items, sent by the SDK, and what their replies hold.

use super::convert::{self, units};
use super::{SdkTransport, failure, sent, sent_dated};
use crate::item::Item;
use crate::reply::Obstacles;
use crate::request::{BatchDelete, Delete, Get, Scan, Transaction, Update};
use crate::send::failure::{Failure, NotSent, ServiceError, UnparsableReply};
use crate::send::progress::Progress;
use crate::send::transport::{Batched, Exchange, Got, ScanPage, Table, Updated};
use async_trait::async_trait;
use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::CancellationReason;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use std::convert::Infallible;

#[async_trait]
impl Exchange<Get> for SdkTransport {
    async fn send(&self, table: &Table, request: &Get, progress: Progress) -> Result<Got, Failure> {
        let call = convert::get_item(&self.client, table, request);
        let output = sent(progress, call.send()).await.map_err(|error| failure(&error))?;
        let units = units(output.consumed_capacity());
        Ok(Got { whole: output.item.map(|attributes| convert::whole(table, attributes)), units })
    }
}

#[async_trait]
impl Exchange<Update> for SdkTransport {
    async fn send(
        &self,
        table: &Table,
        request: &Update,
        progress: Progress,
    ) -> Result<Updated, Failure<Item>> {
        let call = convert::update_item(&self.client, table, request);
        let output = match sent(progress, call.send()).await {
            Ok(output) => output,
            Err(error) => {
                return Err(match error.as_service_error() {
                    Some(UpdateItemError::ConditionalCheckFailedException(rejection)) => {
                        Failure::Rejected(convert::some_item(table, rejection.item.clone()))
                    }
                    _ => failure(&error),
                });
            }
        };
        if request.returns_new && output.attributes.is_none() {
            return Err(UnparsableReply::MissingPart.into());
        }
        let units = units(output.consumed_capacity());
        Ok(Updated { item: convert::some_item(table, output.attributes), units })
    }
}

#[async_trait]
impl Exchange<Delete> for SdkTransport {
    async fn send(
        &self,
        table: &Table,
        request: &Delete,
        progress: Progress,
    ) -> Result<f64, Failure<Item>> {
        let call = convert::delete_item(&self.client, table, request);
        match sent(progress, call.send()).await {
            Ok(output) => Ok(units(output.consumed_capacity())),
            Err(error) => Err(match error.as_service_error() {
                Some(DeleteItemError::ConditionalCheckFailedException(rejection)) => {
                    Failure::Rejected(convert::some_item(table, rejection.item.clone()))
                }
                _ => failure(&error),
            }),
        }
    }
}

#[async_trait]
impl Exchange<Transaction> for SdkTransport {
    async fn send(
        &self,
        table: &Table,
        request: &Transaction,
        progress: Progress,
    ) -> Result<(), Failure<Obstacles>> {
        let call = convert::transact_write_items(&self.client, table, request);
        let call = call.map_err(|error| unmade(&error).of_request())?;
        let Err(error) = sent(progress, call.send()).await else {
            return Ok(());
        };
        match &error {
            SdkError::ServiceError(context) => match context.err() {
                TransactWriteItemsError::TransactionCanceledException(canceled) => {
                    Err(obstacles(table, canceled))
                }
                _ => Err(failure(&error)),
            },
            _ => Err(failure(&error)),
        }
    }
}

/// The reason of a part of a transaction whose condition did not hold.
const REJECTED: &str = "ConditionalCheckFailed";

/// The rejecting items, if nothing else failed.
///
/// A transaction that also failed for another reason says nothing about the rest.
fn obstacles(table: &Table, canceled: &TransactionCanceledException) -> Failure<Obstacles> {
    let [new, old] = canceled.cancellation_reasons() else {
        return UnparsableReply::MissingPart.into();
    };
    let is_other = |reason: &&CancellationReason| {
        reason.code().is_some_and(|code| !matches!(code, "None" | REJECTED))
    };
    if let Some(reason) = [new, old].into_iter().find(is_other) {
        return Failure::Service(ServiceError {
            code: reason.code().map(str::to_owned),
            status: 400,
            message: reason.message().map(str::to_owned),
            request_id: canceled.request_id().map(str::to_owned),
        });
    }
    let rejected = |reason: &CancellationReason| {
        let is_rejected = reason.code() == Some(REJECTED);
        is_rejected.then(|| convert::some_item(table, reason.item.clone()))
    };
    Failure::Rejected(Obstacles { new: rejected(new), old: rejected(old) })
}

#[async_trait]
impl Exchange<Scan> for SdkTransport {
    async fn send(
        &self,
        table: &Table,
        request: &Scan,
        progress: Progress,
    ) -> Result<ScanPage, Failure> {
        let call = convert::scan(&self.client, table, request);
        let (output, date) =
            sent_dated(progress, call.send()).await.map_err(|error| failure(&error))?;
        let units = units(output.consumed_capacity());
        let Some(items) = output.items else {
            return Err(UnparsableReply::MissingPart.into());
        };
        Ok(ScanPage {
            items: items.into_iter().map(|item| convert::whole(table, item)).collect(),
            scanned: u64::try_from(output.scanned_count).unwrap_or_default(),
            units,
            next: output.last_evaluated_key.map(|key| convert::whole(table, key)),
            date,
        })
    }
}

#[async_trait]
impl Exchange<BatchDelete> for SdkTransport {
    async fn send(
        &self,
        table: &Table,
        request: &BatchDelete,
        progress: Progress,
    ) -> Result<f64, Failure<Batched>> {
        let call = convert::batch_write_item(&self.client, table, request);
        let call = call.map_err(|error| unmade(&error).of_request())?;
        let output = sent(progress, call.send()).await.map_err(|error| failure(&error))?;
        let units = output.consumed_capacity().iter().map(|used| units(Some(used))).sum();
        let Some(left) = output.unprocessed_items else {
            return Err(UnparsableReply::MissingPart.into());
        };
        let left = left.into_values().flatten();
        let unprocessed =
            left.map(|request| convert::item(table, request.delete_request?.key).key());
        // One that cannot be read must not count as deleted.
        let Some(unprocessed) = unprocessed.collect::<Option<Vec<_>>>() else {
            return Err(UnparsableReply::MissingPart.into());
        };
        if unprocessed.is_empty() {
            return Ok(units);
        }
        Err(Failure::Rejected(Batched { unprocessed, units }))
    }
}

/// A request that the SDK cannot build.
///
/// Its error names a field, and none of the contents.
pub(super) fn unmade(_: &BuildError) -> Failure<Infallible> {
    Failure::NotSent(NotSent::Construction)
}
