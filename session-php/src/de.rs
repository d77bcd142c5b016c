//! From values to Rust's types.

mod entries;
mod error;
mod key;
mod value;
mod variant;

pub(crate) use error::Mismatch;

use crate::SessionData;
use crate::value::{Anchor, Anchored, Array, Value};
use serde::de::DeserializeOwned;
use session_core::Limits;
use std::cell::Cell;
use std::collections::HashMap;
use value::ValueDeserializer;

/// What `T` makes of a session.
pub(crate) fn from_session<T: DeserializeOwned>(
    session: &SessionData,
    limits: Limits,
) -> Result<T, Mismatch> {
    let context = Context::new(session, limits);
    T::deserialize(ValueDeserializer::root(session, &context))
}

/// What one deserialization knows and counts.
struct Context<'a> {
    anchors: HashMap<Anchor, &'a Value>,
    limits: Limits,
    values: Cell<usize>,
}

impl<'a> Context<'a> {
    fn new(session: &'a SessionData, limits: Limits) -> Self {
        let mut anchors = HashMap::new();
        collect(session.values(), &mut anchors);
        Self { anchors, limits, values: Cell::new(0) }
    }

    /// Counts an entry: one that several references lead to once for each.
    fn count(&self) -> Result<(), Mismatch> {
        if self.values.get() == self.limits.values() {
            return Err(Mismatch::too_many(self.limits.values()));
        }
        self.values.set(self.values.get() + 1);
        Ok(())
    }

    /// The room one level below.
    fn below(&self, room: usize) -> Result<usize, Mismatch> {
        room.checked_sub(1).ok_or_else(|| Mismatch::too_deep(self.limits.depth()))
    }
}

fn collect<'a>(values: &'a Array, anchors: &mut HashMap<Anchor, &'a Value>) {
    values.iter().for_each(|(_, value)| collect_in(value, anchors));
}

fn collect_in<'a>(value: &'a Value, anchors: &mut HashMap<Anchor, &'a Value>) {
    match value {
        Value::Anchored(Anchored { anchor, value }) => {
            anchors.insert(*anchor, value);
            collect_in(value, anchors);
        }
        Value::Array(array) => collect(array, anchors),
        Value::Object(object) => collect(&object.properties, anchors),
        _ => {}
    }
}
