//! Tests of the JUnit XML report.

use super::reports::failing;
use super::{MakesNothing, OnDelete, SHORT, case, ruled, text_alone, two_cases};
use quick_junit::TestCaseStatus;
use roxmltree::Document;
use session_conformance::runner::{Report, Runner, Selection};
use session_conformance::{CASES, Harness, Law, Lawful, Row, Rules};
use session_core::error::Operation;
use session_core::time::EpochMillis;
use std::thread;

/// Pairs of a harness's text and its form in the report.
const ODD: [(&str, &str); 13] = [
    ("no <mercy> & \"none\" 'at' all", "no <mercy> & \"none\" 'at' all"),
    ("&#0; &amp; &lt;", "&#0; &amp; &lt;"),
    ("]]>", "]]>"),
    ("<![CDATA[ <!-- <?", "<![CDATA[ <!-- <?"),
    ("one line\n  and another\n", "one line\n  and another\n"),
    (
        "caf\u{e9} \u{221e} \u{1f980} \u{fffd} \u{1ffff}",
        "caf\u{e9} \u{221e} \u{1f980} \u{fffd} \u{1ffff}",
    ),
    ("C:\\a\\b", "C:\\a\\b"),
    ("\0", r"\u{0}"),
    ("\t\r\n", "\\t\\r\n"),
    ("\u{1b}[31mred\u{1b}[0m", r"\u{1b}[31mred\u{1b}[0m"),
    ("a title\u{1b}]0;that never ends", r"a title\u{1b}]0;that never ends"),
    ("\u{7f}\u{9b}2J", r"\u{7f}\u{9b}2J"),
    ("\u{fffe}\u{ffff}", r"\u{fffe}\u{ffff}"),
];

/// A report with one failure, and `text` as its message and as the store's name.
fn saying(text: &str) -> Report {
    let harness = MakesNothing::InTime(text.to_owned());
    let deleting = case("a_deletion_reports_whether_there_was_a_session");
    Runner::new(harness).named(text).select(Selection::all().with_case(deleting)).run()
}

fn in_one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn junit_shows_any_text() {
    for (says, shown) in ODD {
        let xml = saying(says).to_junit().unwrap();
        let document = Document::parse(&xml).unwrap_or_else(|error| panic!("{says:?}: {error}"));
        let mut errors = document.descendants().filter(|node| node.has_tag_name("error"));
        let error = errors.next().expect("the case has failed");
        let reason = format!("the harness made no store: {shown}");
        assert_eq!(error.attribute("message"), Some(in_one_line(&reason).as_str()));
        assert_eq!(error.text(), Some(format!("{reason}\n\n{}\n", Law::R7).as_str()));
        let name = document.root_element().attribute("name");
        assert_eq!(name, Some(in_one_line(shown).as_str()));
    }
}

/// A store whose loads find no live record.
#[derive(Clone, Debug)]
struct LoadsNothing;

impl Rules for LoadsNothing {
    fn is_live(&self, operation: Operation, row: &Row, now: EpochMillis) -> bool {
        operation != Operation::Load && Lawful.is_live(operation, row, now)
    }
}

pub(crate) fn parsed(report: &Report) -> quick_junit::Report {
    let xml = report.to_junit().expect("a report can be written");
    quick_junit::Report::deserialize_from_str(&xml).expect("what was written can be read")
}

/// The number of failures and of errors among two cases.
fn failures_and_errors(harness: impl Harness + 'static) -> (usize, usize) {
    let report = Runner::new(harness).select(two_cases()).time_limit(SHORT).run();
    let read = parsed(&report);
    assert_eq!(read.tests, 2);
    (read.failures, read.errors)
}

#[test]
fn a_broken_law_is_a_failure_and_all_else_an_error() {
    assert_eq!(failures_and_errors(ruled(LoadsNothing)), (1, 0));
    assert_eq!(failures_and_errors(ruled(OnDelete(|| panic!("no mercy")))), (0, 1));
    let blocks = OnDelete(|| {
        loop {
            thread::park();
        }
    });
    assert_eq!(failures_and_errors(ruled(blocks)), (0, 1));
    assert_eq!(failures_and_errors(MakesNothing::InTime("no server".into())), (0, 2));
}

#[test]
fn junit_counts_failures_and_what_was_rejected() {
    let text = text_alone();
    let read = parsed(&text);
    assert_eq!((read.tests, read.failures, read.errors), (CASES.len(), 0, 0));
    let tests = read.test_suites.iter().flat_map(|suite| &suite.test_cases);
    let skipped =
        tests.filter(|test| matches!(test.status, TestCaseStatus::Skipped { .. })).count();
    assert_eq!(skipped, text.counts().refused);

    let read = parsed(&failing());
    assert_eq!((read.tests, read.failures, read.errors), (2, 0, 1));
    assert!(read.name.is_some_and(|name| name.as_str() == "broken"));
}
