//! The server behaviors that the store relies on, one function each.
//!
//! `docs/relied-on.md` lists them with their evidence.

use crate::{conditions, tables, transactions, updates};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ReturnValuesOnConditionCheckFailure, ScalarAttributeType,
};
use futures_util::future::BoxFuture;
use std::collections::HashMap;

/// A behavior by its name, and a check of a new table.
pub(crate) type Behavior = (&'static str, fn(Table) -> BoxFuture<'static, Result<(), String>>);

macro_rules! behaviors {
    ($($module:ident: $($name:ident),+;)+) => {
        /// Every behavior that the store relies on.
        pub(crate) const BEHAVIORS: &[Behavior] =
            &[$($((stringify!($name), |table| Box::pin($module::$name(table))),)+)+];
    };
}

behaviors! {
    conditions:
        a_comparison_of_unlike_types_is_false,
        a_comparison_with_an_absent_attribute_is_false,
        the_negation_of_such_a_comparison_is_true,
        contains_is_false_for_a_number,
        texts_compare_by_their_bytes,
        numbers_compare_by_value,
        the_type_of_an_attribute_can_be_a_condition;
    updates:
        a_rejected_update_returns_the_item,
        a_rejected_update_of_no_item_returns_none_and_creates_none,
        a_rejected_deletion_returns_the_item,
        a_deletion_that_requires_no_item_succeeds_without_one,
        removing_an_absent_attribute_is_no_error,
        an_update_returns_the_whole_new_item,
        an_empty_text_is_a_value,
        an_item_over_the_limit_is_invalid;
    transactions:
        a_canceled_transaction_returns_the_items_in_order,
        a_canceled_transaction_changes_nothing,
        a_transaction_repeated_under_its_token_succeeds,
        another_transaction_under_the_same_token_is_rejected;
    tables:
        a_scan_in_segments_finds_each_item_once,
        a_place_in_a_scan_is_a_key_and_nothing_else,
        a_batch_deletes_items_that_are_there_and_that_are_not,
        capacity_is_reported_when_asked_for,
        time_to_live_enabled_twice_is_invalid,
        creating_a_table_that_exists_is_in_use;
}

/// A table of a server, with the key that sessions have.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
}

pub(crate) type Item = HashMap<String, AttributeValue>;

/// The result of a conditional update.
#[derive(Debug, PartialEq)]
pub(crate) enum Updated {
    Done,
    Rejected(Option<Item>),
    Failed(Option<String>),
}

impl Table {
    pub(crate) async fn create(client: Client, name: &str) -> Self {
        let table = Self { client, name: name.into() };
        table.ask_for_creation().await.expect("the table can be created");
        table
    }

    pub(crate) async fn ask_for_creation(&self) -> Result<(), Option<String>> {
        let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash);
        let defined = AttributeDefinition::builder().attribute_name("id");
        let defined = defined.attribute_type(ScalarAttributeType::S);
        let call = self.client.create_table().table_name(&self.name);
        let call = call.key_schema(key.build().expect("it is complete"));
        let call = call.attribute_definitions(defined.build().expect("it is complete"));
        let sent = call.billing_mode(BillingMode::PayPerRequest).send().await;
        sent.map(drop).map_err(|error| error.code().map(str::to_owned))
    }

    pub(crate) async fn put(&self, id: &str, attributes: &[(&str, AttributeValue)]) {
        let mut call = self.client.put_item().table_name(&self.name).item("id", text(id));
        for (name, value) in attributes {
            call = call.item(*name, value.clone());
        }
        call.send().await.expect("it can be put");
    }

    pub(crate) async fn get(&self, id: &str) -> Option<Item> {
        let call = self.client.get_item().table_name(&self.name).key("id", text(id));
        call.consistent_read(true).send().await.expect("it can be read").item
    }

    /// Sets `seen` on this condition, whose values are `:a` and `:b`.
    pub(crate) async fn update(
        &self,
        id: &str,
        condition: &str,
        values: &[(&str, AttributeValue)],
    ) -> Updated {
        let mut call = self.client.update_item().table_name(&self.name).key("id", text(id));
        for (name, value) in values {
            call = call.expression_attribute_values(*name, value.clone());
        }
        let call = call
            .update_expression("SET seen = :seen")
            .expression_attribute_values(":seen", number(1))
            .condition_expression(condition)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match call.send().await {
            Ok(_) => Updated::Done,
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(rejection)) => {
                    Updated::Rejected(rejection.item.clone())
                }
                _ => Updated::Failed(error.code().map(str::to_owned)),
            },
        }
    }

    /// Whether the condition holds, or the error.
    pub(crate) async fn holds(
        &self,
        id: &str,
        condition: &str,
        values: &[(&str, AttributeValue)],
    ) -> Result<bool, String> {
        match self.update(id, condition, values).await {
            Updated::Done => Ok(true),
            Updated::Rejected(_) => Ok(false),
            Updated::Failed(code) => Err(format!("`{condition}` failed: {code:?}")),
        }
    }
}

pub(crate) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(crate) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// Checks that the result is the expected one.
#[expect(clippy::needless_pass_by_value, reason = "callers compare values that they make for it")]
pub(crate) fn expect<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{found:?} instead of {expected:?}")) }
}

/// Checks every behavior on new tables of the server, and that exactly these fail.
pub(crate) async fn assert_behaviors(
    client: &Client,
    name: impl Fn() -> String,
    different: &[&str],
) {
    let mut failures = Vec::new();
    for (behavior, check) in BEHAVIORS {
        let table = Table::create(client.clone(), &name()).await;
        let checked = check(table.clone()).await;
        // A failure to delete the table does not fail the behavior.
        let _ = client.delete_table().table_name(&table.name).send().await;
        match (checked, different.contains(behavior)) {
            (Ok(()), false) | (Err(_), true) => {}
            (Ok(()), true) => failures.push(format!("{behavior} is no difference any more")),
            (Err(why), false) => failures.push(format!("{behavior}: {why}")),
        }
    }
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}
