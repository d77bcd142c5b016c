use super::{json, junit, proof, table};
use crate::{CASES, Case, Law, Requirement};
use std::time::Duration;

/// The outcomes of the cases that ran.
#[derive(Clone, Debug)]
pub struct Report {
    name: String,
    entries: Vec<Entry>,
    left_out: Vec<&'static Case>,
    elapsed: Duration,
    pub(super) lacks_a_second_handle: bool,
}

/// The outcome of one case.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The case.
    pub case: &'static Case,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took, with the set-up of its store.
    pub elapsed: Duration,
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The store keeps the law.
    Kept,
    /// The store declares that it lacks this, and rejects it as it should.
    Refused {
        /// The capability that it lacks.
        lacks: Requirement,
    },
    /// The store did not pass.
    Failed {
        /// Of what kind the failure is.
        cause: Cause,
        /// The failure.
        reason: String,
    },
}

/// Of what kind a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The harness made no store.
    Setup,
    /// The store broke the law.
    Violation,
    /// The store or the harness panicked.
    Panic,
    /// The case was not done in time.
    TimeLimit,
}

/// How many cases ended in each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Cases whose law the store keeps.
    pub kept: usize,
    /// Cases in which it rejected what it does not declare.
    pub refused: usize,
    /// Cases that it did not pass.
    pub failed: usize,
    /// Cases that did not run.
    pub not_run: usize,
}

/// The outcomes of the cases of one law.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct LawSummary {
    /// The law.
    pub law: Law,
    /// Its cases.
    pub counts: Counts,
}

/// The result of a run for one law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A case shows that it is broken.
    Broken,
    /// Not all of its cases ran; none of those that did failed.
    Open,
    /// Every case of it ran, and the store keeps it in some.
    Kept,
    /// All that its cases need is rejected, as declared.
    Refused,
}

impl Report {
    pub(super) fn new(
        name: String,
        entries: Vec<Entry>,
        left_out: Vec<&'static Case>,
        elapsed: Duration,
    ) -> Self {
        Self { name, entries, left_out, elapsed, lacks_a_second_handle: false }
    }

    pub(super) fn lacking_a_second_handle(self, lacks_a_second_handle: bool) -> Self {
        Self { lacks_a_second_handle, ..self }
    }

    /// The name of the store.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The cases that ran, in the order of the table.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The cases that were selected and did not run, since one had failed before.
    ///
    /// There are none unless the run was to [fail fast](super::Runner::fail_fast).
    pub fn left_out(&self) -> &[&'static Case] {
        &self.left_out
    }

    /// How long the run took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Whether cases ran, and none failed.
    pub fn passed(&self) -> bool {
        !self.entries.is_empty() && self.counts().failed == 0
    }

    /// Whether every case of the suite ran.
    pub fn is_complete(&self) -> bool {
        self.counts().not_run == 0
    }

    /// The cases that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.has_failed())
    }

    /// How many cases ended in each way.
    pub fn counts(&self) -> Counts {
        self.counts_of(|_| true)
    }

    /// The laws in the contract's order, each with what became of its cases.
    pub fn laws(&self) -> Vec<LawSummary> {
        let summary = |&law| {
            let counts = self.counts_of(|case| case.laws.contains(&law));
            LawSummary { law, counts }
        };
        Law::ALL.iter().map(summary).collect()
    }

    /// The facts that this run shows of the store, sentence by sentence.
    pub fn proves(&self) -> Vec<String> {
        proof::shown(self)
    }

    /// The facts that it does not show, sentence by sentence.
    pub fn does_not_prove(&self) -> Vec<String> {
        proof::not_shown(self)
    }

    /// The report as a table for a terminal.
    pub fn to_table(&self) -> String {
        table::of(self)
    }

    /// The report as JSON.
    ///
    /// # Errors
    ///
    /// If it cannot be written, which no report is known to cause.
    pub fn to_json(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok(json::of(self)?)
    }

    /// The report as JUnit's XML, a suite for each group of cases.
    ///
    /// A rejection stands there as skipped: it was checked, but shows nothing of the case's law. So
    /// does what was left out. A broken law is a failure; what kept a case from its end, such as a panic, is an error.
    ///
    /// Control characters are written out, as they are in the table.
    ///
    /// # Errors
    ///
    /// If it cannot be written, which no report is known to cause.
    pub fn to_junit(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok(junit::of(self)?)
    }

    fn counts_of(&self, is_counted: impl Fn(&Case) -> bool) -> Counts {
        let mut counts = Counts::default();
        for entry in self.entries.iter().filter(|entry| is_counted(entry.case)) {
            match entry.outcome {
                Outcome::Kept => counts.kept += 1,
                Outcome::Refused { .. } => counts.refused += 1,
                Outcome::Failed { .. } => counts.failed += 1,
            }
        }
        let all = CASES.iter().filter(|case| is_counted(case)).count();
        counts.not_run = all.saturating_sub(counts.kept + counts.refused + counts.failed);
        counts
    }
}

impl Entry {
    pub(super) fn new(case: &'static Case, outcome: Outcome, elapsed: Duration) -> Self {
        Self { case, outcome, elapsed }
    }

    pub(super) fn has_failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed { .. })
    }
}

impl Cause {
    /// The cause in a word, for machines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Violation => "violation",
            Self::Panic => "panic",
            Self::TimeLimit => "time_limit",
        }
    }
}

impl LawSummary {
    /// The result of the run for the law.
    pub fn standing(&self) -> Standing {
        match self.counts {
            Counts { failed: 1.., .. } => Standing::Broken,
            Counts { not_run: 1.., .. } => Standing::Open,
            Counts { kept: 1.., .. } => Standing::Kept,
            _ => Standing::Refused,
        }
    }
}

impl Standing {
    /// The standing in a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Open => "open",
            Self::Kept => "kept",
            Self::Refused => "refused",
        }
    }
}
