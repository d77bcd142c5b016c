//! Counts what a client sends, and what the server charges for it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeSerializationInterceptorContextMut, BeforeSerializationInterceptorContextRef,
    FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::batch_write_item::{BatchWriteItemInput, BatchWriteItemOutput};
use aws_sdk_dynamodb::operation::delete_item::{DeleteItemInput, DeleteItemOutput};
use aws_sdk_dynamodb::operation::get_item::{GetItemInput, GetItemOutput};
use aws_sdk_dynamodb::operation::scan::{ScanInput, ScanOutput};
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity, ReturnValue};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What was sent since the last reading.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// How many requests of each action there were.
    pub(crate) requests: BTreeMap<&'static str, u64>,
    /// How many of them asked for a lock, and for the item with it.
    pub(crate) attempts: u64,
    /// The capacity units that their replies name.
    pub(crate) units: f64,
    /// How many replies, such as rejections, name none.
    pub(crate) uncharged: u64,
}

impl Reading {
    /// How many requests there were in all.
    pub(crate) fn total(&self) -> u64 {
        self.requests.values().sum()
    }
}

/// A meter under a client. Clones read the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter {
    reading: Arc<Mutex<Reading>>,
    /// Whether it asks for what the requests cost, which they do not do by themselves.
    asks: bool,
}

impl Meter {
    /// A meter that counts requests, and lets them pass as they are.
    pub(crate) fn of_requests() -> Self {
        Self::default()
    }

    /// A meter that also has each request ask for what it costs.
    pub(crate) fn of_capacity() -> Self {
        Self { asks: true, ..Self::default() }
    }

    /// The same client with this meter.
    pub(crate) fn under(&self, client: &Client) -> Client {
        Client::from_conf(client.config().to_builder().interceptor(self.clone()).build())
    }

    /// What was sent since the last call.
    pub(crate) fn take(&self) -> Reading {
        std::mem::take(&mut *self.reading.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, note: impl FnOnce(&mut Reading)) {
        note(&mut self.reading.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Does the same with whichever of the inputs this is.
macro_rules! ask_for_units {
    ($input:expr; $($type:ty),*) => {
        $(if let Some(input) = $input.downcast_mut::<$type>() {
            input.return_consumed_capacity = Some(ReturnConsumedCapacity::Total);
        })*
    };
}

/// What the action is called whose input this is.
macro_rules! action_of {
    ($input:expr; $($type:ty => $name:literal),*) => {
        [$(($input.downcast_ref::<$type>().is_some(), $name)),*]
            .iter()
            .find_map(|(is_this, name)| is_this.then_some(*name))
    };
}

/// The units that whichever of the outputs this is names.
macro_rules! units_of {
    ($output:expr; $($type:ty),*) => {
        [$($output.downcast_ref::<$type>().and_then(|output| sum(output.consumed_capacity()))),*]
            .into_iter()
            .flatten()
            .next()
    };
}

/// The units of all parts of a request, if there are any and all are known.
fn sum<'a>(parts: impl IntoIterator<Item = &'a ConsumedCapacity>) -> Option<f64> {
    parts
        .into_iter()
        .map(ConsumedCapacity::capacity_units)
        .reduce(|sum, units| Some(sum? + units?))?
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.asks {
            let input = context.input_mut();
            ask_for_units!(input; GetItemInput, UpdateItemInput, DeleteItemInput, ScanInput,
                TransactWriteItemsInput, BatchWriteItemInput);
        }
        Ok(())
    }

    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input();
        let update = input.downcast_ref::<UpdateItemInput>();
        let asks_for_a_lock =
            update.is_some_and(|update| update.return_values() == Some(&ReturnValue::AllNew));
        let action = action_of!(input; GetItemInput => "GetItem", UpdateItemInput => "UpdateItem",
            DeleteItemInput => "DeleteItem", TransactWriteItemsInput => "TransactWriteItems",
            ScanInput => "Scan", BatchWriteItemInput => "BatchWriteItem");
        let action = action.unwrap_or("another");
        self.note(|reading| {
            *reading.requests.entry(action).or_default() += 1;
            reading.attempts += u64::from(asks_for_a_lock);
        });
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let units = context.output_or_error().and_then(Result::ok).and_then(|output| {
            units_of!(output; GetItemOutput, UpdateItemOutput, DeleteItemOutput, ScanOutput,
                TransactWriteItemsOutput, BatchWriteItemOutput)
        });
        self.note(|reading| match units {
            Some(units) => reading.units += units,
            None => reading.uncharged += 1,
        });
        Ok(())
    }
}
