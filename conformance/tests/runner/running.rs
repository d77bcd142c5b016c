//! Tests of how the runner distributes, reports and skips cases.

use super::junit::parsed;
use super::{MakesNothing, model, two_cases};
use quick_junit::TestCaseStatus;
use session_conformance::runner::{Report, Runner, Selection};
use session_conformance::{CASES, Fixture};
use session_core::time::ManualClock;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

/// Many more threads than the system has.
#[test]
fn a_million_threads_are_no_more_than_there_are_cases() {
    let threads = NonZeroUsize::new(1_000_000).unwrap();
    let report = Runner::new(model).select(two_cases()).threads(threads).run();
    assert_eq!((report.counts().kept, report.counts().failed), (2, 0));
}

#[test]
fn each_case_is_reported_before_the_next_begins() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let (begins, ends) = (Arc::clone(&events), Arc::clone(&events));
    let harness = move |clock: ManualClock| -> Fixture {
        begins.lock().expect("nobody panics with it").push("begins");
        model(clock)
    };
    let runner = Runner::new(harness).select(two_cases()).serial();
    let report = runner.on_end(move |entry| ends.lock().unwrap().push(entry.case.name)).run();
    let [first, second] = [0, 1].map(|place| report.entries()[place].case.name);
    assert_eq!(*events.lock().unwrap(), ["begins", first, "begins", second]);
}

/// Runs all deletion cases until the first failure; the harness makes no store.
fn failing_fast(threads: usize) -> Report {
    let runner = Runner::new(MakesNothing::InTime("no server".into())).fail_fast();
    let threads = NonZeroUsize::new(threads).expect("there is one");
    runner.select(Selection::all().with_filter("deleting::")).threads(threads).run()
}

#[test]
fn a_run_that_fails_fast_leaves_out_what_comes_after() {
    let report = failing_fast(1);
    let all = Selection::all().with_filter("deleting::").cases();
    let names: Vec<_> = all.iter().map(|case| case.name).collect();
    let left_out: Vec<_> = report.left_out().iter().map(|case| case.name).collect();
    assert_eq!(report.entries().len(), 1);
    assert_eq!(report.entries()[0].case.name, names[0]);
    assert_eq!(left_out, names[1..]);
    assert_eq!(report.counts().not_run, CASES.len() - 1);
    assert!(!report.passed() && !report.is_complete());
}

#[test]
fn what_runs_beside_the_first_failure_is_waited_for() {
    let report = failing_fast(3);
    let all = Selection::all().with_filter("deleting::").cases().len();
    assert!((1..=3).contains(&report.entries().len()), "{} ran", report.entries().len());
    assert_eq!(report.entries().len() + report.left_out().len(), all);
}

#[test]
fn every_report_says_what_was_left_out() {
    let report = failing_fast(1);
    let left_out = report.left_out().len();
    let says = format!("{left_out} of them were left out, since one had failed");
    assert!(report.does_not_prove().join("\n").contains(&says));
    assert!(report.to_table().contains("were left out"), "{}", report.to_table());
    let json: serde_json::Value = serde_json::from_str(&report.to_json().unwrap()).unwrap();
    assert_eq!(json["left_out"].as_array().unwrap().len(), left_out);
    assert_eq!(json["left_out"][0], report.left_out()[0].name);
    let junit = parsed(&report);
    assert_eq!((junit.tests, junit.errors, junit.skipped), (1 + left_out, 1, left_out));
    let skipped = junit.test_suites.iter().flat_map(|suite| &suite.test_cases).skip(1);
    for test in skipped {
        let TestCaseStatus::Skipped { message: Some(message), .. } = &test.status else {
            panic!("{test:?}");
        };
        assert!(message.contains("left out"), "{message:?}");
    }
}
