//! From Rust's types to values.

mod compound;
mod error;
mod key;
mod value;

pub(crate) use error::Unwritable;

use crate::SessionData;
use crate::value::{Array, Value};
use serde::Serialize;
use session_core::codec::Limits;
use std::cell::Cell;
use value::ValueSerializer;

/// The variables that `data` makes.
pub(crate) fn to_session<T: Serialize + ?Sized>(
    data: &T,
    limits: Limits,
) -> Result<SessionData, Unwritable> {
    let meter = Meter { limits, values: Cell::new(0) };
    match data.serialize(ValueSerializer::new(&meter))? {
        Value::Array(variables) => Ok(SessionData::from(variables)),
        Value::Null => Ok(SessionData::from(Array::new())),
        _ => Err(Unwritable::new("a session is a struct or a map, of variables and their values")),
    }
}

/// The counters of one serialization.
struct Meter {
    limits: Limits,
    values: Cell<usize>,
}

impl Meter {
    /// Counts an entry.
    fn count(&self) -> Result<(), Unwritable> {
        if self.values.get() == self.limits.values() {
            let limit = self.limits.values();
            return Err(Unwritable::new(format!("more values than the limit of {limit}")));
        }
        self.values.set(self.values.get() + 1);
        Ok(())
    }

    /// The room one level below.
    fn below(&self, room: usize) -> Result<usize, Unwritable> {
        let limit = self.limits.depth();
        room.checked_sub(1)
            .ok_or_else(|| Unwritable::new(format!("nested deeper than the limit of {limit}")))
    }
}
