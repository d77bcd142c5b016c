use crate::behaviors::{Table, Updated, expect, number, text};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};

type Checked = Result<(), String>;

pub(crate) async fn a_rejected_update_returns_the_item(table: Table) -> Checked {
    table.put("a", &[("data", text("data")), ("theirs", number(7))]).await;
    let rejected = table.update("a", "attribute_not_exists(id)", &[]).await;
    expect(rejected, Updated::Rejected(table.get("a").await))
}

pub(crate) async fn a_rejected_update_of_no_item_returns_none_and_creates_none(
    table: Table,
) -> Checked {
    let rejected = table.update("a", "attribute_exists(id)", &[]).await;
    expect(rejected, Updated::Rejected(None))?;
    expect(table.get("a").await, None)
}

pub(crate) async fn a_rejected_deletion_returns_the_item(table: Table) -> Checked {
    table.put("a", &[("data", text("data"))]).await;
    let call = table.client.delete_item().table_name(&table.name).key("id", text("a"));
    let call = call.condition_expression("attribute_not_exists(id)");
    let all_old = ReturnValuesOnConditionCheckFailure::AllOld;
    let sent = call.return_values_on_condition_check_failure(all_old).send().await;
    match sent.map_err(SdkError::into_service_error) {
        Err(DeleteItemError::ConditionalCheckFailedException(rejection)) => {
            expect(rejection.item, table.get("a").await)
        }
        other => Err(format!("{other:?}")),
    }
}

pub(crate) async fn a_deletion_that_requires_no_item_succeeds_without_one(table: Table) -> Checked {
    let call = table.client.delete_item().table_name(&table.name).key("id", text("a"));
    let sent = call.condition_expression("attribute_not_exists(id)").send().await;
    expect(sent.map(drop).map_err(|error| error.code().map(str::to_owned)), Ok(()))
}

pub(crate) async fn removing_an_absent_attribute_is_no_error(table: Table) -> Checked {
    table.put("a", &[]).await;
    let call = table.client.update_item().table_name(&table.name).key("id", text("a"));
    let sent = call.update_expression("SET seen = :seen REMOVE absent");
    let sent = sent.expression_attribute_values(":seen", number(1)).send().await;
    expect(sent.map(drop).map_err(|error| error.code().map(str::to_owned)), Ok(()))
}

pub(crate) async fn an_update_returns_the_whole_new_item(table: Table) -> Checked {
    table.put("a", &[("data", text("data")), ("theirs", number(7))]).await;
    let call = table.client.update_item().table_name(&table.name).key("id", text("a"));
    let call = call.update_expression("SET held = :held");
    let call = call.expression_attribute_values(":held", text("token"));
    let sent = call.return_values(ReturnValue::AllNew).send().await;
    expect(sent.map_err(|error| error.to_string())?.attributes, table.get("a").await)
}

pub(crate) async fn an_empty_text_is_a_value(table: Table) -> Checked {
    table.put("a", &[("payload", text(""))]).await;
    expect(table.holds("a", "payload = :a", &[(":a", text(""))]).await?, true)
}

pub(crate) async fn an_item_over_the_limit_is_invalid(table: Table) -> Checked {
    table.put("a", &[("theirs", text(&"x".repeat(300 * 1024)))]).await;
    let call = table.client.update_item().table_name(&table.name).key("id", text("a"));
    let call = call.update_expression("SET #data = :data");
    let call = call.expression_attribute_names("#data", "data");
    let call = call.expression_attribute_values(":data", text(&"x".repeat(200 * 1024)));
    let Err(error) = call.send().await else {
        return Err("it is accepted".into());
    };
    expect(error.code(), Some("ValidationException"))?;
    let message = error.message().unwrap_or_default();
    let says_so =
        message.contains("tem size") && message.contains("exceeded the maximum allowed size");
    expect(says_so, true)
}
