use crate::behaviors::{Table, expect, number, text};

type Checked = Result<(), String>;

pub(crate) async fn a_comparison_of_unlike_types_is_false(table: Table) -> Checked {
    table.put("a", &[("held", number(1))]).await;
    for comparison in ["held < :a", "held <= :a", "held > :a", "held = :a"] {
        expect(table.holds("a", comparison, &[(":a", text("9"))]).await?, false)?;
    }
    Ok(())
}

pub(crate) async fn a_comparison_with_an_absent_attribute_is_false(table: Table) -> Checked {
    table.put("a", &[]).await;
    for comparison in ["expires > :a", "expires <= :a", "expires = :a"] {
        expect(table.holds("a", comparison, &[(":a", number(1))]).await?, false)?;
    }
    Ok(())
}

pub(crate) async fn the_negation_of_such_a_comparison_is_true(table: Table) -> Checked {
    table.put("absent", &[]).await;
    table.put("unlike", &[("expires", text("1"))]).await;
    for id in ["absent", "unlike"] {
        expect(table.holds(id, "NOT (expires > :a)", &[(":a", number(1))]).await?, true)?;
    }
    Ok(())
}

pub(crate) async fn contains_is_false_for_a_number(table: Table) -> Checked {
    table.put("number", &[("held", number(1))]).await;
    table.put("text", &[("held", text("12;1"))]).await;
    let values = [(":a", text("1"))];
    expect(table.holds("number", "contains(held, :a)", &values).await?, false)?;
    expect(table.holds("text", "contains(held, :a)", &values).await?, true)
}

pub(crate) async fn texts_compare_by_their_bytes(table: Table) -> Checked {
    table.put("a", &[("held", text("1700000000123;token"))]).await;
    expect(table.holds("a", "held < :a", &[(":a", text("1700000000123"))]).await?, false)?;
    expect(table.holds("a", "held < :a", &[(":a", text("1700000000124"))]).await?, true)
}

pub(crate) async fn numbers_compare_by_value(table: Table) -> Checked {
    let spelled = aws_sdk_dynamodb::types::AttributeValue::N("1.0E3".into());
    table.put("a", &[("expires", spelled)]).await;
    expect(table.holds("a", "expires > :a", &[(":a", number(999))]).await?, true)?;
    expect(table.holds("a", "expires > :a", &[(":a", number(1_000))]).await?, false)
}

pub(crate) async fn the_type_of_an_attribute_can_be_a_condition(table: Table) -> Checked {
    table.put("a", &[("held", number(1))]).await;
    expect(table.holds("a", "attribute_type(held, :a)", &[(":a", text("N"))]).await?, true)?;
    expect(table.holds("a", "attribute_type(held, :a)", &[(":a", text("S"))]).await?, false)
}
