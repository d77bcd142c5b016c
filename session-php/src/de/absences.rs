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

/// The fields that rejected null or the empty string, and how they now read it.
///
/// It has an entry for each field, and not for each value, so the data of a session cannot cause
/// unlimited work.
#[derive(Default)]
pub(super) struct Absences {
    known: HashMap<Field, Absence>,
    learned: RefCell<HashMap<Field, Absence>>,
}

impl Absences {
    /// Whether there is such a field.
    pub(super) fn is_any(&self) -> bool {
        !self.known.is_empty()
    }

    /// How the field reads the two, if it rejected one before.
    pub(super) fn get(&self, field: Field) -> Option<Absence> {
        self.known.get(&field).copied()
    }

    /// Learns that the field rejected one of the two.
    pub(super) fn learn(&self, field: Field) {
        let next = match self.known.get(&field) {
            None => Absence::Nothing,
            Some(Absence::Nothing) => Absence::Missing,
            Some(Absence::Missing) => return,
        };
        self.learned.borrow_mut().insert(field, next);
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
