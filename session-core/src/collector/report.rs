use crate::Error;
use crate::store::{Cursor, Sweep};
use std::time::Duration;
use thiserror::Error as ThisError;

/// The progress of a collection, or its total.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// How many steps it took.
    pub steps: u64,
    /// How many records were examined.
    pub scanned: u64,
    /// How many of them had been expired for the grace.
    pub expired: u64,
    /// How many of those are deleted.
    pub deleted: u64,
    /// How many of those were left: locked, or renewed since they were seen.
    pub spared: u64,
    /// How many of those could not be deleted.
    pub failed: u64,
    /// The cost, in capacity units if the store has such.
    pub units: f64,
    /// How long it took, pauses included.
    pub elapsed: Duration,
    /// Where to resume, or `None` when the walk is complete.
    pub next: Option<Cursor>,
}

impl Report {
    pub(super) fn add(&mut self, sweep: Sweep, elapsed: Duration) {
        let Sweep { scanned, expired, deleted, spared, failed, units, next } = sweep;
        self.steps += 1;
        self.scanned += scanned;
        self.expired += expired;
        self.deleted += deleted;
        self.spared += spared;
        self.failed += failed;
        self.units += units;
        self.elapsed = elapsed;
        self.next = next;
    }
}

/// A collection that could not go on.
#[derive(Debug, ThisError)]
#[error("the collection stopped after {} steps", report.steps)]
pub struct CollectError {
    /// The report until then, and where to resume.
    pub report: Box<Report>,
    /// Why the next step failed.
    #[source]
    pub error: Error,
}

impl CollectError {
    pub(super) fn new(report: Report, error: Error) -> Self {
        Self { report: Box::new(report), error }
    }
}
