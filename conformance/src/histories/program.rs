//! The program of the clients, before any answer is known.

use super::tags::key_name;
use session_core::store::LockDisposition;
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

/// Which keys hold a record to begin with, and what each client does in turn.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// For each key, how many seconds its initial record lives, or `None` without one.
    ///
    /// Initial records are there before the clients begin.
    pub(super) founded: Vec<Option<u64>>,
    /// The steps of all clients. Each takes its own in this order.
    pub(super) steps: Vec<Step>,
}

impl Program {
    /// The steps of one client, with their numbers in the program.
    pub(super) fn steps_of(&self, client: usize) -> Vec<(usize, Step)> {
        let numbered = self.steps.iter().cloned().enumerate();
        numbered.filter(|(_, step)| step.client == client).collect()
    }

    /// How many clients there are, the idle ones between others included.
    pub(super) fn clients(&self) -> usize {
        self.steps.iter().map(|step| step.client + 1).max().unwrap_or(0)
    }

    /// The keys that the program has to do with.
    pub(super) fn keys(&self) -> Vec<usize> {
        let is_named = |key: &usize| self.steps.iter().any(|step| step.action.names(*key));
        let is_used = |key: &usize| self.founded[*key].is_some() || is_named(key);
        (0..self.founded.len()).filter(is_used).collect()
    }
}

/// One operation of one client.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) client: usize,
    pub(super) action: Action,
    /// After how many polls its future is dropped, if it is not done by then.
    pub(super) dropped_after: Option<usize>,
}

/// An action of a client, without the versions and tokens that it expects.
///
/// The client fills in the expectation from what it has seen by then.
#[derive(Clone, Debug)]
pub(super) enum Action {
    Load { key: usize },
    Create { key: usize, life: u64 },
    Update { key: usize, life: u64, expecting: Expecting, after: LockDisposition },
    Touch { key: usize, life: u64, expecting: Expecting, after: LockDisposition },
    Rotate { old: usize, new: usize, life: u64, expecting: Expecting },
    Delete { key: usize, expecting: Expecting },
    Acquire { key: usize, lease: Duration },
    Renew { key: usize, lease: Duration },
    Release { key: usize },
    Collect,
    Advance { by: Duration },
}

/// The expectation of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expecting {
    /// A live record.
    Presence,
    /// The version that the client saw last.
    Seen,
    /// The lock that the client asked for last.
    Held,
    /// Both.
    SeenAndHeld,
}

impl Expecting {
    pub(super) fn names_a_version(self) -> bool {
        matches!(self, Self::Seen | Self::SeenAndHeld)
    }

    pub(super) fn names_a_lock(self) -> bool {
        matches!(self, Self::Held | Self::SeenAndHeld)
    }
}

impl Action {
    fn names(&self, wanted: usize) -> bool {
        match self {
            Self::Load { key }
            | Self::Create { key, .. }
            | Self::Update { key, .. }
            | Self::Touch { key, .. }
            | Self::Delete { key, .. }
            | Self::Acquire { key, .. }
            | Self::Renew { key, .. }
            | Self::Release { key } => *key == wanted,
            Self::Rotate { old, new, .. } => *old == wanted || *new == wanted,
            Self::Collect | Self::Advance { .. } => false,
        }
    }
}

impl Display for Program {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "The program:")?;
        for (index, life) in self.founded.iter().enumerate() {
            if let Some(life) = life {
                writeln!(formatter, "  to begin with: create {} for {life} s", key_name(index))?;
            }
        }
        for (index, step) in self.steps.iter().enumerate() {
            write!(formatter, "  {}. client {}: {}", index + 1, step.client, step.action)?;
            match step.dropped_after {
                Some(polls) => writeln!(formatter, ", dropped after poll {polls}")?,
                None => writeln!(formatter)?,
            }
        }
        Ok(())
    }
}

impl Display for Action {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let name = |key: &usize| key_name(*key);
        match self {
            Self::Load { key } => write!(formatter, "load {}", name(key)),
            Self::Create { key, life } => write!(formatter, "create {} for {life} s", name(key)),
            Self::Update { key, life, expecting, after } => {
                write!(formatter, "update {} for {life} s{expecting}", name(key))?;
                write_after(formatter, *after)
            }
            Self::Touch { key, life, expecting, after } => {
                write!(formatter, "touch {} for {life} s{expecting}", name(key))?;
                write_after(formatter, *after)
            }
            Self::Rotate { old, new, life, expecting } => {
                write!(formatter, "rotate {} to {} for {life} s{expecting}", name(old), name(new))
            }
            Self::Delete { key, expecting } => write!(formatter, "delete {}{expecting}", name(key)),
            Self::Acquire { key, lease } => {
                write!(formatter, "acquire {} for {lease:?}", name(key))
            }
            Self::Renew { key, lease } => write!(formatter, "renew {} for {lease:?}", name(key)),
            Self::Release { key } => write!(formatter, "release {}", name(key)),
            Self::Collect => formatter.write_str("collect"),
            Self::Advance { by } => write!(formatter, "advance the clock by {by:?}"),
        }
    }
}

impl Display for Expecting {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Presence => "",
            Self::Seen => " if unchanged",
            Self::Held => " under its lock",
            Self::SeenAndHeld => " if unchanged, under its lock",
        })
    }
}

fn write_after(formatter: &mut Formatter<'_>, after: LockDisposition) -> fmt::Result {
    match after {
        LockDisposition::Keep => Ok(()),
        LockDisposition::Release => formatter.write_str(", and release"),
    }
}
