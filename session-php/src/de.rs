//! From values to Rust's types.

mod absences;
pub(crate) mod cast;
mod entries;
mod error;
mod key;
mod value;
mod variant;

pub(crate) use error::Mismatch;

use crate::SessionData;
use crate::value::{Anchor, Array, ReferenceTarget, Value};
use absences::Absences;
use serde::de::DeserializeOwned;
use session_core::codec::Limits;
use std::cell::Cell;
use std::collections::HashMap;
use value::ValueDeserializer;

/// Deserializes a session as `T`.
pub(crate) fn from_session<T: DeserializeOwned>(
    session: &SessionData,
    limits: Limits,
) -> Result<T, Mismatch> {
    let context = Context::new(session, limits, None);
    T::deserialize(ValueDeserializer::root(session, &context))
}

/// Deserializes as [`from_session`] does, and casts values as PHP does where needed.
///
/// In PHP, null and the empty string mean that there is no value. Only an error shows that a field
/// does not read them as a value. So this deserializes again after each such error, at most twice
/// for each field.
pub(crate) fn cast_from_session<T: DeserializeOwned>(
    session: &SessionData,
    limits: Limits,
) -> Result<T, Mismatch> {
    let mut absences = Absences::default();
    loop {
        let context = Context::new(session, limits, Some(absences));
        let mismatch = match T::deserialize(ValueDeserializer::root(session, &context)) {
            Ok(data) => return Ok(data),
            Err(mismatch) => mismatch,
        };
        match context.absences {
            Some(learned) if learned.has_grown() => absences = learned.known(),
            _ => return Err(mismatch),
        }
    }
}

/// The state and the counters of one deserialization.
struct Context<'a> {
    anchors: HashMap<Anchor, &'a Value>,
    limits: Limits,
    /// How many entries may be read, each as often as references lead to it.
    most_values: usize,
    values: Cell<usize>,
    /// How many bytes of strings may be read, likewise.
    most_bytes: usize,
    bytes: Cell<usize>,
    /// The known absent fields, for casts.
    absences: Option<Absences>,
}

impl<'a> Context<'a> {
    fn new(session: &'a SessionData, limits: Limits, absences: Option<Absences>) -> Self {
        let mut anchors = HashMap::new();
        collect(session.values(), &mut anchors);
        // References multiply what they lead to. A short payload must not make a long computation.
        let most = |least: usize, times: usize| {
            session.source_len().map_or(usize::MAX, |len| len.saturating_mul(times) + least)
        };
        Self {
            anchors,
            limits,
            most_values: limits.values().min(most(1024, 16)),
            values: Cell::new(0),
            most_bytes: most(1 << 20, 64),
            bytes: Cell::new(0),
            absences,
        }
    }

    /// Counts an entry: one that several references lead to once for each.
    fn count(&self) -> Result<(), Mismatch> {
        if self.values.get() == self.most_values {
            return Err(Mismatch::too_many("values", self.most_values));
        }
        self.values.set(self.values.get() + 1);
        Ok(())
    }

    /// Counts the bytes of a string, likewise.
    fn count_bytes(&self, bytes: usize) -> Result<(), Mismatch> {
        let counted = self.bytes.get().saturating_add(bytes);
        if counted > self.most_bytes {
            return Err(Mismatch::too_many("bytes in strings", self.most_bytes));
        }
        self.bytes.set(counted);
        Ok(())
    }

    /// The value, or the one to which it refers.
    fn follow(&self, value: &'a Value) -> Result<&'a Value, Mismatch> {
        let mut value = value.resolve();
        // A reference may lead to one, and a session made by hand may have a ring of them.
        for _ in 0..self.limits.depth() {
            let Value::Reference(reference) = value else {
                if let Value::Bytes(bytes) = value {
                    self.count_bytes(bytes.len())?;
                }
                return Ok(value);
            };
            let Some(target) = self.anchors.get(&reference.anchor) else {
                return Err(Mismatch::new("a reference that cannot be followed"));
            };
            value = target.resolve();
        }
        Err(Mismatch::too_deep(self.limits.depth()))
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
        Value::ReferenceTarget(ReferenceTarget { anchor, value }) => {
            anchors.insert(*anchor, value);
            collect_in(value, anchors);
        }
        Value::Array(array) => collect(array, anchors),
        Value::Object(object) => collect(&object.properties, anchors),
        _ => {}
    }
}
