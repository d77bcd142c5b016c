use crate::value::{Array, Value};
use std::hash::{Hash, Hasher};
use std::mem;

/// A value that a type made, which equals one with its entries in another order.
///
/// A map without an order, such as `HashMap`, makes its entries in a new one each time.
#[derive(Clone, Copy)]
pub(super) struct Made<'a>(pub(super) &'a Value);

/// Whether a type made the same entries, in any order.
pub(crate) fn is_same(one: &Array, other: &Array) -> bool {
    one.len() == other.len()
        && one.iter().all(|(key, value)| other.find(key).is_some_and(|it| Made(it) == Made(value)))
}

impl PartialEq for Made<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.0, other.0) {
            (Value::Array(one), Value::Array(other)) => is_same(one, other),
            (one, other) => one == other,
        }
    }
}

impl Eq for Made<'_> {}

impl Hash for Made<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        mem::discriminant(self.0).hash(state);
        match self.0 {
            Value::Bool(value) => value.hash(state),
            Value::Int(value) => value.hash(state),
            // Every NaN equals every other.
            Value::Float(value) if value.is_nan() => {}
            Value::Float(value) => value.to_bits().hash(state),
            Value::Bytes(bytes) => bytes.hash(state),
            Value::Array(array) => {
                let mut entries: Vec<_> = array.iter().collect();
                entries.sort_unstable_by_key(|(key, _)| *key);
                for (key, value) in entries {
                    (key, Made(value)).hash(state);
                }
            }
            // Types make none of the others.
            _ => {}
        }
    }
}
