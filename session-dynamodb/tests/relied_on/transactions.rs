use crate::behaviors::{Item, Table, expect, number, text};
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    Delete, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};

type Checked = Result<(), String>;

const ALL_OLD: ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure::AllOld;

/// The reasons of a canceled transaction: code and item of each part.
type Reasons = Vec<(String, Option<Item>)>;

/// The result of a rotation from `old` to `new`, each with a condition.
enum Rotated {
    Done,
    Canceled(Reasons),
    Failed(Option<String>),
}

/// Rotates `old` to `new` in a transaction with a token.
///
/// The server compares the tokens of all tables, so a token has the table's name. `place` makes
/// those of one table differ.
async fn rotate(table: &Table, on: (&str, &str), seen: u64, place: char) -> Rotated {
    let token = format!("{}{place}", table.name);
    let update = Update::builder()
        .table_name(&table.name)
        .key("id", text("new"))
        .update_expression("SET seen = :seen")
        .expression_attribute_values(":seen", number(seen))
        .condition_expression(on.0)
        .return_values_on_condition_check_failure(ALL_OLD);
    let delete = Delete::builder()
        .table_name(&table.name)
        .key("id", text("old"))
        .condition_expression(on.1)
        .return_values_on_condition_check_failure(ALL_OLD);
    let update = TransactWriteItem::builder().update(update.build().expect("it is complete"));
    let delete = TransactWriteItem::builder().delete(delete.build().expect("it is complete"));
    let call = table.client.transact_write_items().transact_items(update.build());
    let call = call.transact_items(delete.build()).client_request_token(token);
    let Err(error) = call.send().await else { return Rotated::Done };
    let code = error.code().map(str::to_owned);
    match error.into_service_error() {
        TransactWriteItemsError::TransactionCanceledException(canceled) => {
            let reasons = canceled.cancellation_reasons().iter();
            let read = reasons
                .map(|reason| (reason.code().unwrap_or_default().to_owned(), reason.item.clone()));
            Rotated::Canceled(read.collect())
        }
        _ => Rotated::Failed(code),
    }
}

const ABSENT: &str = "attribute_not_exists(id)";
const PRESENT: &str = "attribute_exists(id)";

async fn given_both(table: &Table) -> (Option<Item>, Option<Item>) {
    table.put("new", &[("data", text("new"))]).await;
    table.put("old", &[("data", text("old"))]).await;
    (table.get("new").await, table.get("old").await)
}

pub(crate) async fn a_canceled_transaction_returns_the_items_in_order(table: Table) -> Checked {
    let (new, old) = given_both(&table).await;
    let rejected = |item: &Option<Item>| ("ConditionalCheckFailed".to_owned(), item.clone());
    let passed = || ("None".to_owned(), None);
    for (place, on, expected) in [
        ('a', (ABSENT, ABSENT), vec![rejected(&new), rejected(&old)]),
        ('b', (ABSENT, PRESENT), vec![rejected(&new), passed()]),
        ('c', (PRESENT, ABSENT), vec![passed(), rejected(&old)]),
    ] {
        match rotate(&table, on, 1, place).await {
            Rotated::Canceled(reasons) => expect(reasons, expected)?,
            Rotated::Done => return Err("it is carried out".into()),
            Rotated::Failed(code) => return Err(format!("{code:?}")),
        }
    }
    Ok(())
}

pub(crate) async fn a_canceled_transaction_changes_nothing(table: Table) -> Checked {
    let before = given_both(&table).await;
    rotate(&table, (PRESENT, ABSENT), 1, 'a').await;
    expect((table.get("new").await, table.get("old").await), before)
}

pub(crate) async fn a_transaction_repeated_under_its_token_succeeds(table: Table) -> Checked {
    table.put("old", &[]).await;
    for _ in 0..2 {
        match rotate(&table, (ABSENT, PRESENT), 1, 'a').await {
            Rotated::Done => {}
            Rotated::Canceled(reasons) => return Err(format!("{reasons:?}")),
            Rotated::Failed(code) => return Err(format!("{code:?}")),
        }
    }
    Ok(())
}

pub(crate) async fn another_transaction_under_the_same_token_is_rejected(table: Table) -> Checked {
    table.put("old", &[]).await;
    rotate(&table, (ABSENT, PRESENT), 1, 'a').await;
    match rotate(&table, (PRESENT, ABSENT), 2, 'a').await {
        Rotated::Failed(code) => {
            expect(code.as_deref(), Some("IdempotentParameterMismatchException"))
        }
        Rotated::Done => Err("it is carried out".into()),
        Rotated::Canceled(reasons) => Err(format!("{reasons:?}")),
    }
}
