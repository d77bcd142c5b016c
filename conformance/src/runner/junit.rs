//! The report in JUnit's XML, for tools that draw test results.
//!
//! It has a suite for each group and a test for each case.

use super::text::{in_one_line, shown};
use super::{Cause, Entry, Outcome, Report};
use crate::{CASES, Case};
use quick_junit::{NonSuccessKind, SerializeError, TestCase, TestCaseStatus, TestSuite};
use std::time::Duration;

pub(super) fn of(report: &Report) -> Result<String, SerializeError> {
    let mut document = quick_junit::Report::new(in_one_line(report.name()));
    document.set_time(report.elapsed());
    for cases in CASES.chunk_by(|a, b| a.group == b.group) {
        document.add_test_suites(suite(report, cases));
    }
    document.to_string()
}

/// The cases of a group that were selected, if any were.
fn suite(report: &Report, cases: &[Case]) -> Option<TestSuite> {
    let mut suite = TestSuite::new(cases.first()?.group);
    suite.add_test_cases(cases.iter().filter_map(|case| test(report, case)));
    suite.set_time(suite.test_cases.iter().filter_map(|test| test.time).sum::<Duration>());
    (!suite.test_cases.is_empty()).then_some(suite)
}

fn test(report: &Report, case: &Case) -> Option<TestCase> {
    let entry = report.entries().iter().find(|entry| entry.case.name == case.name);
    let is_left_out = || report.left_out().iter().any(|left_out| left_out.name == case.name);
    let status = match entry {
        Some(entry) => status(entry),
        None if is_left_out() => skipped("left out, since a case had failed"),
        None => return None,
    };
    let mut test = TestCase::new(case.name, status);
    test.set_classname(format!("{}.{}", in_one_line(report.name()), case.group));
    test.set_time(entry.map_or(Duration::ZERO, |entry| entry.elapsed));
    test.add_properties(case.laws.iter().map(|law| ("law", law.number())));
    Some(test)
}

fn status(entry: &Entry) -> TestCaseStatus {
    match &entry.outcome {
        Outcome::Kept => TestCaseStatus::success(),
        Outcome::Refused { lacks } => {
            skipped(&format!("not declared, and rejected as it should be: {lacks}"))
        }
        Outcome::Failed { cause, reason } => {
            let mut status = TestCaseStatus::non_success(kind(*cause));
            let laws = entry.case.laws.iter().map(|law| format!("{law}\n"));
            status.set_type(cause.name()).set_message(in_one_line(reason));
            // An attribute has no lines, and readers cut a long one. The text is whole.
            status.set_description(format!("{}\n\n{}", shown(reason), laws.collect::<String>()));
            status
        }
    }
}

fn skipped(why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(why);
    status
}

/// A failure is what the case looks for. An error is what kept it from looking.
fn kind(cause: Cause) -> NonSuccessKind {
    match cause {
        Cause::Violation => NonSuccessKind::Failure,
        Cause::Setup | Cause::Panic | Cause::TimeLimit => NonSuccessKind::Error,
    }
}
