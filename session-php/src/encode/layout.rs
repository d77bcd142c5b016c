//! Which values have the places that they had, where only PHP can count them.

use crate::value::{Array, Value};

/// How many values, from the first on, stand where they stood in `original`.
///
/// It matters where an object that serializes itself is among them, and is 0 otherwise. Such an
/// object may hold any number of values, so that an object after it has to be the one that was
/// there: a reference may lead to it, and nobody but PHP knows which one.
pub(super) fn unmoved(original: &Array, values: &Array) -> usize {
    let original = flat(original);
    if !original.iter().any(|value| matches!(value, Value::Custom(_))) {
        return 0;
    }
    let mut is_after_custom = false;
    let pairs = original.iter().zip(flat(values));
    let unmoved = pairs.take_while(|(was, value)| {
        is_after_custom |= matches!(was, Value::Custom(_));
        is_in_place(was, value, is_after_custom)
    });
    unmoved.count()
}

/// All values, each before those that it holds.
fn flat(values: &Array) -> Vec<&Value> {
    let mut flat = Vec::new();
    values.iter().for_each(|(_, value)| add(value, &mut flat));
    flat
}

fn add<'a>(value: &'a Value, flat: &mut Vec<&'a Value>) {
    let value = value.resolve();
    flat.push(value);
    match value {
        Value::Array(array) => array.iter().for_each(|(_, value)| add(value, flat)),
        Value::Object(object) => object.properties.iter().for_each(|(_, value)| add(value, flat)),
        _ => {}
    }
}

fn is_in_place(was: &Value, value: &Value, is_after_custom: bool) -> bool {
    match (was, value) {
        (Value::Array(was), Value::Array(array)) => was.len() == array.len(),
        (Value::Object(was), Value::Object(object)) if !is_after_custom => {
            was.class == object.class && was.properties.len() == object.properties.len()
        }
        _ => was == value || (is_scalar(was) && is_scalar(value)),
    }
}

fn is_scalar(value: &Value) -> bool {
    matches!(
        value,
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Bytes(_)
    )
}
