use super::canonical_eq::Made;
use super::property;
use crate::de::cast;
use crate::value::{Array, Value};

/// Whether a type read the elements of a list in their order, as far as is visible.
///
/// A set has its own order. Then the first value that was not made from its element was made from
/// another one.
pub(super) fn is_kept(list: &Array, made: &[Made<'_>]) -> bool {
    let elements: Vec<&Value> = list.iter().map(|(_, value)| value).collect();
    let mut pairs = elements.iter().zip(made);
    let Some((_, other)) = pairs.find(|(value, made)| !is_of(value, made.0)) else { return true };
    !elements.iter().any(|value| is_of(value, other.0))
}

/// Whether a type may have made this of the value: whether their parts agree.
pub(super) fn is_of(value: &Value, made: &Value) -> bool {
    let is_entry = |value: Option<&Value>, made| value.is_none_or(|value| is_of(value, made));
    match (value.resolve(), made) {
        // Where it leads is not looked at.
        (Value::Reference(_), _) => true,
        (Value::Array(array), Value::Array(made)) => {
            made.iter().all(|(key, made)| is_entry(array.find(key), made))
        }
        (Value::Object(object), Value::Array(made)) => made
            .iter()
            .all(|(name, made)| is_entry(object.properties.find(&property(object, name)), made)),
        (Value::Enum(case), Value::Bytes(name)) => case.case == *name,
        (value, made) => value == made || is_cast(value, made),
    }
}

/// Whether a type may have made this by a cast.
fn is_cast(value: &Value, made: &Value) -> bool {
    match made {
        Value::Int(made) => cast::integer(value) == Some(*made),
        Value::Float(made) => cast::float(value) == Some(*made),
        Value::Bool(made) => cast::boolean(value) == Some(*made),
        Value::Bytes(made) => cast::string(value).as_ref() == Some(made),
        // Null and the empty string are nothing.
        Value::Null | Value::Array(_) => cast::string(value).is_some_and(|text| text.is_empty()),
        _ => false,
    }
}
