//! Writes down which requests a client sends, without the values in them.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::get_item::GetItemInput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemInput;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use std::sync::{Arc, Mutex, PoisonError};

/// A request of a cycle. Of its values there is no more than their types.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sent {
    Get(Box<GetItemInput>),
    Update(Box<UpdateItemInput>),
    Another,
}

/// An interceptor that lets requests pass.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tap(Arc<Mutex<Vec<Sent>>>);

impl Tap {
    /// The same client with this tap.
    pub(crate) fn under(&self, client: &Client) -> Client {
        Client::from_conf(client.config().to_builder().interceptor(self.clone()).build())
    }

    /// What was sent since the last call.
    pub(crate) fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn emptied(value: &AttributeValue) -> AttributeValue {
    match value {
        AttributeValue::S(_) => AttributeValue::S(String::new()),
        AttributeValue::N(_) => AttributeValue::N(String::new()),
        AttributeValue::B(_) => AttributeValue::B(Blob::new([])),
        _ => AttributeValue::Null(true),
    }
}

impl Intercept for Tap {
    fn name(&self) -> &'static str {
        "Tap"
    }

    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input();
        let sent = if let Some(get) = input.downcast_ref::<GetItemInput>() {
            Sent::Get(Box::new(get.clone()))
        } else if let Some(update) = input.downcast_ref::<UpdateItemInput>() {
            let mut update = update.clone();
            for value in
                update.expression_attribute_values.iter_mut().flat_map(|map| map.values_mut())
            {
                *value = emptied(value);
            }
            Sent::Update(Box::new(update))
        } else {
            Sent::Another
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
        Ok(())
    }
}
