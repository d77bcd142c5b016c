use crate::value::Value;
use std::cell::RefCell;
use std::collections::HashMap;

/// The name of a struct and of a field in it.
type Field = (&'static str, &'static str);

/// How a field reads null and the empty string.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    /// As nothing: an option is none; a list, a map or a struct has no entries.
    Nothing,
    /// As if the entry were not there.
    Missing,
}

/// The fields that refused null or the empty string, and how they read it from then on.
///
/// It is known of each field rather than of each value, so that a session cannot make work.
#[derive(Default)]
pub(super) struct Absences {
    known: HashMap<Field, Absence>,
    learned: RefCell<HashMap<Field, Absence>>,
}

impl Absences {
    /// How the field reads this value, if it is one of the two and was refused before.
    pub(super) fn get(&self, field: Field, value: &Value) -> Option<Absence> {
        self.known.get(&field).copied().filter(|_| is_nothing(value))
    }

    /// Learns that the field refused this value.
    pub(super) fn learn(&self, field: Field, value: &Value) {
        let next = match self.known.get(&field) {
            None => Absence::Nothing,
            Some(Absence::Nothing) => Absence::Missing,
            Some(Absence::Missing) => return,
        };
        if is_nothing(value) {
            self.learned.borrow_mut().insert(field, next);
        }
    }

    /// Whether anything was learned.
    pub(super) fn has_grown(&self) -> bool {
        !self.learned.borrow().is_empty()
    }

    /// The same, with what was learned.
    pub(super) fn known(self) -> Self {
        let mut known = self.known;
        known.extend(self.learned.into_inner());
        Self { known, learned: RefCell::default() }
    }
}

fn is_nothing(value: &Value) -> bool {
    match value.peel() {
        Value::Null => true,
        Value::Bytes(bytes) => bytes.is_empty(),
        _ => false,
    }
}
