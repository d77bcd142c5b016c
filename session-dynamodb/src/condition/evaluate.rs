//! Conditions evaluated as DynamoDB does, for tests without a server.

use super::{Comparison, Condition};
use crate::item::{Item, Value};
use std::cmp::Ordering;

impl Condition {
    /// Whether the condition holds for `item`, which is empty where there is none.
    pub(crate) fn holds(&self, item: &Item) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.holds(item)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(item)),
            Self::Not(inner) => !inner.holds(item),
            Self::Exists(attribute) => item.get(*attribute).is_some(),
            Self::NotExists(attribute) => item.get(*attribute).is_none(),
            Self::Compare(attribute, comparison, value) => {
                let order = item.get(*attribute).and_then(|found| compare(found, value));
                order.is_some_and(|order| comparison.allows(order))
            }
            Self::Contains(attribute, Value::S(part)) => {
                matches!(item.get(*attribute), Some(Value::S(text)) if text.contains(&**part))
            }
            Self::Contains(..) => false,
            Self::IsType(attribute, expected) => {
                item.get(*attribute).and_then(Value::value_type) == Some(*expected)
            }
        }
    }
}

impl Comparison {
    fn allows(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
        }
    }
}

/// The order of two values of one type; values of different types have none.
fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::S(left), Value::S(right)) => Some(left.cmp(right)),
        (Value::B(left), Value::B(right)) => Some(left.cmp(right)),
        (Value::N(left), Value::N(right)) => {
            let number = |text: &str| text.parse::<f64>().expect("tests write numbers");
            number(left).partial_cmp(&number(right))
        }
        _ => None,
    }
}
