use super::super::Limits;
use super::Detail;
use std::cell::Cell;
use thiserror::Error;

/// Counts one encoding or decoding against limits, and keeps why it was rejected.
pub(in super::super) struct Meter {
    limits: Limits,
    forbidden: &'static [Refusal],
    values: Cell<usize>,
    /// The room that the deepest value so far had below itself.
    least_room: Cell<usize>,
    refusal: Cell<Option<Refusal>>,
}

/// Why the meter rejects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(in super::super) enum Refusal {
    #[error("nested deeper than the limit of {0}")]
    TooDeep(usize),
    #[error("more values than the limit of {0}")]
    TooMany(usize),
    #[error("a number is NaN or infinite, which the format does not have")]
    NotFinite,
    #[error("a field is left out, and the format knows fields by their position")]
    FieldLeftOut,
}

impl Meter {
    /// A meter that also rejects what is `forbidden` to encode.
    pub(in super::super) fn new(limits: Limits, forbidden: &'static [Refusal]) -> Self {
        Self {
            limits,
            forbidden,
            values: Cell::new(0),
            least_room: Cell::new(limits.depth),
            refusal: Cell::new(None),
        }
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) fn max_depth(&self) -> usize {
        self.limits.depth
    }

    /// The room that is left so many levels below one with this room.
    pub(super) fn descend(&self, room: usize, levels: usize) -> Result<usize, Refusal> {
        match room.checked_sub(levels) {
            Some(room) => {
                self.least_room.set(self.least_room.get().min(room));
                Ok(room)
            }
            None => self.refuse(Refusal::TooDeep(self.limits.depth)),
        }
    }

    /// How many levels there were, and how many values.
    #[cfg(feature = "json")]
    pub(in super::super) fn counted(&self) -> (usize, usize) {
        (self.limits.depth - self.least_room.get(), self.values.get())
    }

    /// Counts a value.
    pub(in super::super) fn count(&self) -> Result<(), Refusal> {
        if self.values.get() == self.limits.values {
            return self.refuse(Refusal::TooMany(self.limits.values));
        }
        self.values.set(self.values.get() + 1);
        Ok(())
    }

    /// Rejects `what` if the format forbids it.
    pub(super) fn allow(&self, what: Refusal) -> Result<(), Refusal> {
        if self.forbidden.contains(&what) {
            return self.refuse(what);
        }
        Ok(())
    }

    /// The final result: an error if the meter rejected, even if a type caught it.
    pub(in super::super) fn verdict<T>(&self, result: Result<T, Detail>) -> Result<T, Detail> {
        match self.refusal.get() {
            Some(refusal) => Err(refusal.to_string().into()),
            None => result,
        }
    }

    fn refuse<T>(&self, refusal: Refusal) -> Result<T, Refusal> {
        self.refusal.set(Some(refusal));
        Err(refusal)
    }
}
