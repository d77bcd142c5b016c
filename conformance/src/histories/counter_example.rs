use super::Scheduling;
use super::history::History;
use super::linearize::Unexplained;
use super::program::Program;
use std::fmt::{self, Display, Formatter};

/// A program whose history no order of its operations explains.
///
/// Displayed, it shows the program, what happened, how far an order goes, what the model would
/// have answered from there on, and how to see it again.
#[derive(Clone, Debug)]
pub struct CounterExample {
    pub(super) seed: u64,
    pub(super) scheduling: Scheduling,
    pub(super) program: Program,
    pub(super) history: History,
    pub(super) unexplained: Unexplained,
}

impl CounterExample {
    /// The seed that the program was drawn from, before it was shrunk.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The number of operations in the history.
    ///
    /// It includes the operations that set up the store and those that read it at the end.
    pub fn operations(&self) -> usize {
        self.history.events.len()
    }
}

impl Display for CounterExample {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "no order of these {} operations explains them", self.operations())?;
        write!(formatter, "{}", self.program)?;
        writeln!(formatter, "What happened ({:?}):", self.scheduling)?;
        for event in &self.history.events {
            writeln!(formatter, "  {:>3} to {:>3}  {event}", event.invoked, event.ended)?;
        }
        self.write_unexplained(formatter)?;
        let seed = self.seed;
        write!(formatter, "To see it again: PROPTEST_RNG_SEED={seed} PROPTEST_CASES=1")
    }
}

impl CounterExample {
    fn write_unexplained(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Unexplained { order, next } = &self.unexplained;
        writeln!(formatter, "The longest order that the law explains:")?;
        for index in order {
            writeln!(formatter, "  {}", self.history.events[*index])?;
        }
        writeln!(formatter, "What could follow, and how the law would have it answered:")?;
        for (index, lawful) in next {
            let lawful: Vec<_> = lawful.iter().map(ToString::to_string).collect();
            let event = &self.history.events[*index];
            writeln!(formatter, "  {event}; lawful: {}", lawful.join(", or "))?;
        }
        Ok(())
    }
}
