use crate::locking::Locking;
use serde::Serialize;

/// The count after a burst that the strategy promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Expectation {
    /// It is this number.
    Exactly(u64),
    /// It is less than this number: increments get lost.
    LessThan(u64),
}

impl Expectation {
    /// That of a burst of `count` requests, `accepted` of which were answered with 200.
    ///
    /// One request alone loses nothing under any strategy.
    pub(super) fn new(locking: Locking, before: u64, count: usize, accepted: u64) -> Self {
        let all = before + u64::try_from(count).unwrap_or(u64::MAX);
        match locking {
            Locking::None if count > 1 => Self::LessThan(all),
            Locking::None | Locking::Pessimistic => Self::Exactly(all),
            Locking::Optimistic => Self::Exactly(before + accepted),
        }
    }

    pub(super) const fn is_met_by(self, after: u64) -> bool {
        match self {
            Self::Exactly(count) => after == count,
            Self::LessThan(count) => after < count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Expectation;
    use super::Expectation::{Exactly, LessThan};
    use crate::locking::Locking::{None, Optimistic, Pessimistic};

    #[test]
    fn each_strategy_promises_a_count() {
        for (locking, count, accepted, expected) in [
            (None, 10, 10, LessThan(15)),
            (None, 1, 1, Exactly(6)),
            (Optimistic, 10, 3, Exactly(8)),
            (Pessimistic, 10, 10, Exactly(15)),
            (Pessimistic, 10, 9, Exactly(15)),
        ] {
            assert_eq!(Expectation::new(locking, 5, count, accepted), expected);
        }
    }

    #[test]
    fn a_count_meets_it_or_not() {
        assert!(Exactly(5).is_met_by(5) && !Exactly(5).is_met_by(4) && !Exactly(5).is_met_by(6));
        assert!(LessThan(5).is_met_by(4) && !LessThan(5).is_met_by(5));
    }
}
