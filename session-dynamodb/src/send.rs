//! The one place that sends.
//!
//! The SDK's own retries are off, so that every attempt is seen here: whether it may have been
//! applied decides what a later refusal can mean (R11).

mod convert;
mod fault;
mod page;
mod retry;
mod trouble;
mod whole;

pub(crate) use fault::Fault;
pub(crate) use retry::{Doubt, Retries};
pub(crate) use whole::Whole;

use crate::item::Item;
use crate::layout::Layout;
use crate::reply::Obstacles;
use crate::request::{BatchDelete, Delete, Get, Scan, Transaction, Update};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::error::{
    ConditionalCheckFailedException, TransactionCanceledException,
};
use aws_sdk_dynamodb::types::{CancellationReason, ReturnConsumedCapacity};
use session_core::{Key, Operation, Randomness, Result, Timer};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

/// Sends requests to one table, and again where that can help.
#[derive(Clone)]
pub(crate) struct Sender {
    pub(crate) client: Client,
    pub(crate) table: String,
    pub(crate) layout: Layout,
    pub(crate) retries: Retries,
    pub(crate) timer: Arc<dyn Timer>,
    pub(crate) randomness: Arc<dyn Randomness>,
}

/// What came of a request on a condition.
pub(crate) enum Reply<D = (), R = Item> {
    Done(D),
    /// The condition did not hold; for this item, which is empty where there was none.
    Refused(R),
}

/// What a scan found.
pub(crate) struct Found<I = Item> {
    pub(crate) items: Vec<(Key, I)>,
    pub(crate) scanned: u64,
    pub(crate) units: f64,
    pub(crate) next: Option<Key>,
}

/// What a batch left.
pub(crate) struct Batched {
    pub(crate) unprocessed: Vec<Key>,
    pub(crate) units: f64,
}

impl Sender {
    pub(crate) async fn get(&self, operation: Operation, request: &Get) -> Result<Option<Item>> {
        let send = || async {
            let call = self.client.get_item().table_name(&self.table);
            let call = call.set_key(Some(self.key(&request.key)));
            let output = call.consistent_read(request.consistent).send().await;
            let output = output.map_err(|error| Fault::of("GetItem", error))?;
            Ok(output.item.map(|item| self.item(item)))
        };
        self.repeat(operation, &mut Doubt::reading(), send).await
    }

    /// The item as it is afterwards, if the request asks for it.
    pub(crate) async fn update(
        &self,
        operation: Operation,
        request: &Update,
        doubt: &mut Doubt,
    ) -> Result<Reply<Item>> {
        let send = || async {
            match self.update_item(request).send().await {
                Ok(output) => Ok(Reply::Done(self.some_item(output.attributes))),
                Err(error) => match error.as_service_error() {
                    Some(UpdateItemError::ConditionalCheckFailedException(refusal)) => {
                        Ok(Reply::Refused(self.refused(refusal)))
                    }
                    _ => Err(Fault::of("UpdateItem", error)),
                },
            }
        };
        self.repeat(operation, doubt, send).await
    }

    /// The capacity units that the update took, where the server says so.
    pub(crate) async fn convert(
        &self,
        operation: Operation,
        request: &Update,
        doubt: &mut Doubt,
    ) -> Result<Reply<f64>> {
        let send = || async {
            let call = self.update_item(request);
            let call = call.return_consumed_capacity(ReturnConsumedCapacity::Total);
            match call.send().await {
                Ok(output) => Ok(Reply::Done(convert::units(output.consumed_capacity()))),
                Err(error) => match error.as_service_error() {
                    Some(UpdateItemError::ConditionalCheckFailedException(refusal)) => {
                        Ok(Reply::Refused(self.refused(refusal)))
                    }
                    _ => Err(Fault::of("UpdateItem", error)),
                },
            }
        };
        self.repeat(operation, doubt, send).await
    }

    /// The capacity units that the deletion took, where the server says so.
    pub(crate) async fn delete(
        &self,
        operation: Operation,
        request: &Delete,
        doubt: &mut Doubt,
    ) -> Result<Reply<f64>> {
        let send = || async {
            match self.delete_item(request).send().await {
                Ok(output) => Ok(Reply::Done(convert::units(output.consumed_capacity()))),
                Err(error) => match error.as_service_error() {
                    Some(DeleteItemError::ConditionalCheckFailedException(refusal)) => {
                        Ok(Reply::Refused(self.refused(refusal)))
                    }
                    _ => Err(Fault::of("DeleteItem", error)),
                },
            }
        };
        self.repeat(operation, doubt, send).await
    }

    pub(crate) async fn transact(
        &self,
        operation: Operation,
        request: &Transaction,
        doubt: &mut Doubt,
    ) -> Result<Reply<(), Obstacles>> {
        let send = || async {
            match self.transact_write_items(request)?.send().await {
                Ok(_) => Ok(Reply::Done(())),
                Err(error) => match error.as_service_error() {
                    Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                        self.obstacles(canceled).map(Reply::Refused)
                    }
                    _ => Err(Fault::of("TransactWriteItems", error)),
                },
            }
        };
        self.repeat(operation, doubt, send).await
    }

    pub(crate) async fn scan(&self, operation: Operation, request: &Scan) -> Result<Found> {
        let send = || async {
            let output = self.scan_part(request).send().await;
            output.map_err(|error| Fault::of("Scan", error))
        };
        let output = self.repeat(operation, &mut Doubt::reading(), send).await?;
        self.page(operation, output, |item| self.item(item))
    }

    pub(crate) async fn batch_delete(
        &self,
        operation: Operation,
        request: &BatchDelete,
        doubt: &mut Doubt,
    ) -> Result<Batched> {
        let send = || async {
            let output = self.batch_write_item(request)?.send().await;
            let output = output.map_err(|error| Fault::of("BatchWriteItem", error))?;
            let units = output.consumed_capacity().iter().map(|used| convert::units(Some(used)));
            let units = units.sum();
            let left = output.unprocessed_items.unwrap_or_default().into_values().flatten();
            let left = left.filter_map(|request| request.delete_request);
            let unprocessed = left.filter_map(|request| self.item(request.key).key()).collect();
            Ok(Batched { unprocessed, units })
        };
        self.repeat(operation, doubt, send).await
    }

    fn refused(&self, refusal: &ConditionalCheckFailedException) -> Item {
        self.some_item(refusal.item.clone())
    }

    /// What stood in the way, if that is all that did. A transaction that also failed for another
    /// reason says nothing about what it did not get to.
    fn obstacles(&self, canceled: &TransactionCanceledException) -> Result<Obstacles, Fault> {
        let reasons = canceled.cancellation_reasons();
        let failures = reasons.iter().filter_map(CancellationReason::code);
        let mut failures = failures.filter(|code| !matches!(*code, "None" | REFUSED));
        if let Some(code) = failures.next() {
            let reason = reasons.iter().find(|reason| reason.code() == Some(code));
            let message = reason.and_then(CancellationReason::message);
            return Err(Fault::of_reason("TransactWriteItems", code, message));
        }
        let refused = |place: usize| {
            let reason = reasons.get(place).filter(|reason| reason.code() == Some(REFUSED));
            reason.map(|reason| self.some_item(reason.item.clone()))
        };
        Ok(Obstacles { new: refused(0), old: refused(1) })
    }
}

/// The reason of a part of a transaction whose condition did not hold.
const REFUSED: &str = "ConditionalCheckFailed";

impl Debug for Sender {
    /// A client's own `Debug` may show credentials.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sender")
            .field("table", &self.table)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}
