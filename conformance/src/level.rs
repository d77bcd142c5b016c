use crate::{Case, Requirement};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// A part of the suite: the parts in the order in which an author takes them up.
///
/// A new store begins with [`Basic`](Self::Basic). No level contains another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// One caller reads, writes, rotates and deletes sessions.
    Basic,
    /// Locks, and the pessimistic strategy over them.
    Locking,
    /// Collecting of expired records.
    Collecting,
    /// `Sessions` and the strategies without locks, over the store.
    Sessions,
    /// Concurrency, dropped and repeated calls, unusual keys, sizes and secrets.
    ///
    /// The concurrent calls come from threads and from tasks.
    Hostile,
}

impl Level {
    /// Every level.
    pub const ALL: &'static [Self] =
        &[Self::Basic, Self::Locking, Self::Collecting, Self::Sessions, Self::Hostile];

    /// The groups of the levels [`Sessions`](Self::Sessions) and [`Hostile`](Self::Hostile).
    ///
    /// The other cases are of the level that they need.
    const GROUPS: [(Self, &[&str]); 2] = [
        (
            Self::Sessions,
            &[
                "opening",
                "reading",
                "committing",
                "rotating_ids",
                "merging",
                "destroying",
                "aborting",
                "deadlines",
                "own_lifetimes",
            ],
        ),
        (
            Self::Hostile,
            &[
                "keys",
                "sizes",
                "repeating",
                "canceling",
                "pairs",
                "rejecting",
                "interrupting",
                "threads",
                "secrets",
            ],
        ),
    ];

    /// The name, as on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Locking => "locking",
            Self::Collecting => "collecting",
            Self::Sessions => "sessions",
            Self::Hostile => "hostile",
        }
    }

    pub(crate) fn of(case: &Case) -> Self {
        let by_group = Self::GROUPS.iter().find(|(_, groups)| groups.contains(&case.group));
        match by_group {
            Some((level, _)) => *level,
            None if case.needs.contains(&Requirement::Collecting) => Self::Collecting,
            None if case.needs.contains(&Requirement::Locking) => Self::Locking,
            None if case.laws.contains(&crate::Law::R10) => Self::Hostile,
            None => Self::Basic,
        }
    }
}

impl Display for Level {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(name: &str) -> Result<Self, UnknownLevel> {
        let level = Self::ALL.iter().find(|level| level.name() == name);
        level.copied().ok_or_else(|| UnknownLevel(name.to_owned()))
    }
}

/// A name that no level has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no level is called {0}: the levels are basic, locking, collecting, sessions and hostile")]
pub struct UnknownLevel(String);
