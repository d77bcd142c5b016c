//! The report in JSON, for programs.
//!
//! Each name keeps its meaning, and later versions add new names.

use super::{Counts, Entry, LawSummary, Outcome, Report};
use serde::Serialize;

#[derive(Serialize)]
struct JsonReport<'a> {
    suite: &'static str,
    version: &'static str,
    name: &'a str,
    passed: bool,
    complete: bool,
    seconds: f64,
    counts: JsonCounts,
    laws: Vec<JsonLaw>,
    cases: Vec<JsonCase<'a>>,
    left_out: Vec<&'static str>,
    proves: Vec<String>,
    does_not_prove: Vec<String>,
}

#[derive(Serialize)]
struct JsonCounts {
    kept: usize,
    refused: usize,
    failed: usize,
    not_run: usize,
}

#[derive(Serialize)]
struct JsonLaw {
    law: &'static str,
    summary: &'static str,
    standing: &'static str,
    counts: JsonCounts,
}

#[derive(Serialize)]
struct JsonCase<'a> {
    name: &'static str,
    group: &'static str,
    laws: Vec<&'static str>,
    needs: Vec<&'static str>,
    #[serde(flatten)]
    outcome: JsonOutcome<'a>,
    seconds: f64,
}

#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
enum JsonOutcome<'a> {
    Kept,
    Refused { lacks: &'static str },
    Failed { cause: &'static str, reason: &'a str },
}

pub(super) fn of(report: &Report) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&JsonReport {
        suite: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        name: report.name(),
        passed: report.passed(),
        complete: report.is_complete(),
        seconds: report.elapsed().as_secs_f64(),
        counts: report.counts().into(),
        laws: report.laws().into_iter().map(JsonLaw::from).collect(),
        cases: report.entries().iter().map(JsonCase::from).collect(),
        left_out: report.left_out().iter().map(|case| case.name).collect(),
        proves: report.proves(),
        does_not_prove: report.does_not_prove(),
    })
}

impl From<Counts> for JsonCounts {
    fn from(counts: Counts) -> Self {
        let Counts { kept, refused, failed, not_run } = counts;
        Self { kept, refused, failed, not_run }
    }
}

impl From<LawSummary> for JsonLaw {
    fn from(summary: LawSummary) -> Self {
        Self {
            law: summary.law.number(),
            summary: summary.law.summary(),
            standing: summary.standing().name(),
            counts: summary.counts.into(),
        }
    }
}

impl<'a> From<&'a Entry> for JsonCase<'a> {
    fn from(entry: &'a Entry) -> Self {
        Self {
            name: entry.case.name,
            group: entry.case.group,
            laws: entry.case.laws.iter().map(|law| law.number()).collect(),
            needs: entry.case.needs.iter().map(|need| need.name()).collect(),
            outcome: JsonOutcome::from(&entry.outcome),
            seconds: entry.elapsed.as_secs_f64(),
        }
    }
}

impl<'a> From<&'a Outcome> for JsonOutcome<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        match outcome {
            Outcome::Kept => Self::Kept,
            Outcome::Refused { lacks } => Self::Refused { lacks: lacks.name() },
            Outcome::Failed { cause, reason } => Self::Failed { cause: cause.name(), reason },
        }
    }
}
