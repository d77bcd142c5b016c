use std::fmt::{self, Display, Formatter};

/// How much was checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// How many programs were drawn.
    pub programs: u64,
    /// How many histories they made: every run of a program is one.
    pub histories: u64,
    /// How many operations those have.
    pub operations: u64,
    /// How many of the operations were under way together with another.
    pub overlapping: u64,
}

impl Display for Report {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { programs, histories, operations, overlapping } = self;
        write!(
            formatter,
            "{histories} histories of {programs} programs: {operations} operations, \
             {overlapping} of them at the same time as another"
        )
    }
}
