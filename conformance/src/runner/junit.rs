//! The report for what draws test results: a suite for each group, a test for each case.

use super::text::{in_one_line, shown};
use super::{Cause, Entry, Outcome, Report};
use quick_junit::{NonSuccessKind, SerializeError, TestCase, TestCaseStatus, TestSuite};
use std::time::Duration;

pub(super) fn of(report: &Report) -> Result<String, SerializeError> {
    let mut document = quick_junit::Report::new(in_one_line(report.name()));
    document.set_time(report.elapsed());
    for entries in report.entries().chunk_by(|a, b| a.case.group == b.case.group) {
        document.add_test_suite(suite(report, entries));
    }
    document.to_string()
}

fn suite(report: &Report, entries: &[Entry]) -> TestSuite {
    let group = entries.first().map_or("", |entry| entry.case.group);
    let classname = format!("{}.{group}", in_one_line(report.name()));
    let mut suite = TestSuite::new(group);
    suite.set_time(entries.iter().map(|entry| entry.elapsed).sum::<Duration>());
    suite.add_test_cases(entries.iter().map(|entry| test(entry, &classname)));
    suite
}

fn test(entry: &Entry, classname: &str) -> TestCase {
    let mut test = TestCase::new(entry.case.name, status(entry));
    test.set_classname(classname).set_time(entry.elapsed);
    test.add_properties(entry.case.laws.iter().map(|law| ("law", law.number())));
    test
}

fn status(entry: &Entry) -> TestCaseStatus {
    match &entry.outcome {
        Outcome::Kept => TestCaseStatus::success(),
        Outcome::Refused { lacks } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("not declared, and refused as it should be: {lacks}"));
            status
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

/// A failure is what the case looks for. An error is what kept it from looking.
fn kind(cause: Cause) -> NonSuccessKind {
    match cause {
        Cause::Violation => NonSuccessKind::Failure,
        Cause::Setup | Cause::Panic | Cause::TimeLimit => NonSuccessKind::Error,
    }
}
