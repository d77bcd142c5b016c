//! The facts that a run shows of a store, and those that it does not show.

use super::{Outcome, Report, Standing};
use crate::{CASES, Law, Requirement};

/// The facts that no run of the suite shows, in the words of the front page.
const NEVER_SHOWN: [&str; 4] = [
    "no other interleaving breaks the store: cases with tasks and threads find many steps that \
     are two steps, and not all of them",
    "the store survives its own failures: the cases inject nothing below it",
    "an acknowledged write survives a crash: the cases kill no process, but `crash_suite!` does",
    "a future that was dropped has no late effect, such as a request that is under way to a server",
];

/// A run does not show this if its fixtures have one handle.
const BY_ONE_HANDLE: &str = "a second process can use the store at the same time: the fixture has no \
     second handle";

pub(super) fn shown(report: &Report) -> Vec<String> {
    let counts = report.counts();
    let mut sentences = vec![format!(
        "in the situations of {} cases the store does what the law says",
        counts.kept
    )];
    if counts.refused > 0 {
        sentences.push(format!(
            "in {} it rejects what it does not declare, and changes nothing (R14)",
            counts.refused
        ));
    }
    if counts.failed > 0 {
        sentences.push(format!("in {} it does not: it breaks the contract", counts.failed));
    }
    sentences
}

pub(super) fn not_shown(report: &Report) -> Vec<String> {
    let counts = report.counts();
    let mut sentences = Vec::new();
    if counts.not_run > 0 {
        let all = CASES.len();
        let not_run = format!("what {} of the {all} cases ask, which did not run", counts.not_run);
        sentences.push(not_run + &left_out(report));
    }
    let lacks = lacks(report);
    if !lacks.is_empty() {
        let lacks: Vec<_> = lacks.iter().map(|need| need.name()).collect();
        sentences.push(format!(
            "how it would keep what it does not declare: {}{}",
            lacks.join(", "),
            unproven_laws(report)
        ));
    }
    if report.lacks_a_second_handle {
        sentences.push(format!("that {BY_ONE_HANDLE}"));
    }
    sentences.extend(NEVER_SHOWN.map(|sentence| format!("that {sentence}")));
    sentences
}

/// How many of the cases that did not run would have, had none failed.
fn left_out(report: &Report) -> String {
    match report.left_out().len() {
        0 => String::new(),
        left_out => format!("; {left_out} of them were left out, since one had failed"),
    }
}

/// The capabilities that the store turned out to lack.
///
/// They are in the order of the requirements.
fn lacks(report: &Report) -> Vec<Requirement> {
    let lacks = |need: &Requirement| {
        let refused = Outcome::Refused { lacks: *need };
        report.entries().iter().any(|entry| entry.outcome == refused)
    };
    Requirement::ALL.iter().copied().filter(lacks).collect()
}

/// The laws of which there was nothing to see.
fn unproven_laws(report: &Report) -> String {
    let laws = report.laws().into_iter().filter(|law| law.standing() == Standing::Refused);
    let numbers: Vec<_> = laws.map(|summary| Law::number(summary.law)).collect();
    if numbers.is_empty() {
        return String::new();
    }
    format!("; so nothing of {}", numbers.join(", "))
}
