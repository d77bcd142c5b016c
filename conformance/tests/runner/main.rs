//! The runner reports the right results for every failure of a store or harness.

mod junit;
mod reports;
mod running;

use async_trait::async_trait;
use session_conformance::runner::{Cause, Counts, Outcome, Report, Runner, Selection, Standing};
use session_conformance::{
    CASES, Case, Fixture, Harness, Law, Lawful, Level, Model, Requirement, Row, Rules, SetupError,
};
use session_core::error::Operation;
use session_core::store::{Capabilities, PayloadKind};
use session_core::time::{EpochMillis, ManualClock};
use std::future::pending;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{fs, thread};

/// Far more than a case of the model takes, but short enough to wait for.
const SHORT: Duration = Duration::from_millis(500);

fn model(clock: ManualClock) -> Fixture {
    Model::new(clock).into_fixture()
}

fn ruled(rules: impl Rules + Clone) -> impl Harness {
    move |clock| Model::with_rules(clock, Arc::new(rules.clone())).into_fixture()
}

fn case(name: &str) -> &'static Case {
    name.parse().expect("there is such a case")
}

/// A case that deletes, and one that does not.
fn two_cases() -> Selection {
    let deleting = case("a_deletion_reports_whether_there_was_a_session");
    Selection::all().with_case(deleting).with_case(case("a_created_record_is_loaded"))
}

fn outcome_of<'a>(report: &'a Report, name: &str) -> &'a Outcome {
    let entry = report.entries().iter().find(|entry| entry.case.name == name);
    &entry.expect("the case ran").outcome
}

#[track_caller]
fn assert_failed(outcome: &Outcome, expected: Cause, says: &str) {
    let Outcome::Failed { cause, reason } = outcome else { panic!("not failed: {outcome:?}") };
    assert_eq!(*cause, expected, "{reason}");
    assert!(reason.contains(says), "{reason}");
}

/// Rules that run this function at each deletion.
#[derive(Clone, Debug)]
struct OnDelete(fn());

impl Rules for OnDelete {
    fn is_live(&self, operation: Operation, row: &Row, now: EpochMillis) -> bool {
        if operation == Operation::Delete {
            (self.0)();
        }
        Lawful.is_live(operation, row, now)
    }
}

#[test]
fn every_case_runs_in_the_order_of_the_table() {
    for threads in [1, 3] {
        let threads = NonZeroUsize::new(threads).unwrap();
        let report = Runner::new(model).threads(threads).run();
        assert!(report.passed() && report.is_complete(), "{}", report.to_table());
        assert!(report.left_out().is_empty());
        let ran: Vec<_> = report.entries().iter().map(|entry| entry.case.name).collect();
        let all: Vec<_> = CASES.iter().map(|case| case.name).collect();
        assert_eq!(ran, all);
    }
}

#[test]
fn a_case_that_blocks_has_failed_and_the_others_go_on() {
    let blocks = ruled(OnDelete(|| {
        loop {
            thread::park();
        }
    }));
    let report = Runner::new(blocks).select(two_cases()).serial().time_limit(SHORT).run();
    let deletion = outcome_of(&report, "a_deletion_reports_whether_there_was_a_session");
    assert_failed(deletion, Cause::TimeLimit, "hangs: no end within 500ms");
    assert_eq!(*outcome_of(&report, "a_created_record_is_loaded"), Outcome::Kept);
    assert!(!report.passed());
}

#[test]
fn a_store_that_panics_has_failed_and_the_others_go_on() {
    let panics = ruled(OnDelete(|| panic!("no mercy")));
    let report = Runner::new(panics).select(two_cases()).run();
    let deletion = outcome_of(&report, "a_deletion_reports_whether_there_was_a_session");
    assert_failed(deletion, Cause::Panic, "no mercy");
    assert_eq!(*outcome_of(&report, "a_created_record_is_loaded"), Outcome::Kept);
}

#[test]
fn a_harness_that_panics_has_failed_in_every_case() {
    let panics = |_: ManualClock| -> Fixture { panic!("no table") };
    let report = Runner::new(panics).select(two_cases()).run();
    assert_eq!(report.counts().failed, 2);
    for entry in report.entries() {
        assert_failed(&entry.outcome, Cause::Panic, "the harness panicked: no table");
    }
}

/// A harness that makes no store: it fails with this reason, or never answers.
enum MakesNothing {
    InTime(String),
    Ever,
}

#[async_trait]
impl Harness for MakesNothing {
    async fn fixture(&self, _clock: ManualClock) -> Result<Fixture, SetupError> {
        match self {
            Self::InTime(reason) => Err(reason.as_str().into()),
            Self::Ever => pending().await,
        }
    }
}

#[test]
fn a_harness_that_makes_no_store_has_failed() {
    let report = Runner::new(MakesNothing::InTime("no server".into())).select(two_cases()).run();
    assert_eq!(report.counts().failed, 2);
    for entry in report.entries() {
        assert_failed(&entry.outcome, Cause::Setup, "no server");
    }
}

#[test]
fn a_harness_that_waits_for_ever_is_out_of_time() {
    let runner = Runner::new(MakesNothing::Ever).select(two_cases());
    let report = runner.time_limit(SHORT / 5).run();
    for entry in report.entries() {
        assert_failed(&entry.outcome, Cause::TimeLimit, "hangs");
    }
}

#[test]
fn names_and_laws_select_together() {
    let names = |selection: Selection| -> Vec<_> {
        selection.cases().iter().map(|case| case.id()).collect()
    };
    let touches = names(Selection::all().with_filter("touching::"));
    assert!(touches.len() > 5 && touches.iter().all(|id| id.starts_with("touching::")));
    let some = Selection::all().with_filter("touching::").with_law(Law::R5).cases();
    assert!(!some.is_empty() && some.len() < touches.len(), "{some:?}");
    assert!(some.iter().all(|case| case.group == "touching" && case.laws.contains(&Law::R5)));
    assert_eq!(names(two_cases()).len(), 2);
    assert!(names(Selection::all().with_filter("no such case")).is_empty());
}

#[test]
fn a_case_is_found_by_its_name_and_by_its_id() {
    for case in CASES {
        let (by_name, by_id): (&Case, &Case) =
            (case.name.parse().unwrap(), case.id().parse().unwrap());
        assert_eq!((by_name.id(), by_id.id()), (case.id(), case.id()));
    }
    assert!("a_touch".parse::<&Case>().is_err());
}

#[test]
fn a_law_is_found_by_its_number() {
    for law in Law::ALL {
        assert_eq!(law.number().parse(), Ok(*law));
        assert_eq!(law.number().to_lowercase().parse(), Ok(*law));
    }
    let error = "R16".parse::<Law>().unwrap_err();
    assert!(error.to_string().contains("R1 to R15"), "{error}");
}

/// A store of text without any optional capability.
#[derive(Clone, Debug)]
struct TextAlone;

impl Rules for TextAlone {
    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE.with_payloads(PayloadKind::Text)
    }
}

fn text_alone() -> Report {
    let harness = |clock| Fixture::new(Arc::new(Model::with_rules(clock, Arc::new(TextAlone))));
    Runner::new(harness).named("text").run()
}

#[test]
fn a_report_says_what_was_rejected_and_so_not_shown() {
    let report = text_alone();
    assert!(report.passed(), "{}", report.to_table());
    let Counts { kept, refused, failed, not_run, .. } = report.counts();
    assert!(kept > 50 && refused > 100, "{kept} and {refused}");
    assert_eq!((kept + refused, failed, not_run), (CASES.len(), 0, 0));
    let standing = |law: Law| {
        let laws = report.laws();
        laws.iter().find(|summary| summary.law == law).expect("every law is there").standing()
    };
    assert_eq!((standing(Law::R1), standing(Law::L4)), (Standing::Kept, Standing::Refused));
    let says = report.does_not_prove().join("\n");
    assert!(says.contains("locking") && says.contains("L1, L2"), "{says}");
    assert!(!says.contains("did not run"), "{says}");
}

#[test]
fn a_part_of_the_suite_does_not_pass_for_the_whole() {
    let report = Runner::new(model).select(two_cases()).run();
    assert!(report.passed() && !report.is_complete());
    let says = report.does_not_prove().join("\n");
    assert!(says.contains(&format!("{} of the {} cases", CASES.len() - 2, CASES.len())), "{says}");
    let nothing = Selection::all().with_filter("no such case");
    assert!(!Runner::new(model).select(nothing).run().passed(), "nothing ran, and it passed");
}

#[test]
fn each_level_has_cases_and_the_first_one_is_short() {
    let counts = Level::ALL.iter().map(|level| Selection::all().with_level(*level).cases().len());
    let counts: Vec<_> = counts.collect();
    assert_eq!(counts.iter().sum::<usize>(), CASES.len(), "{counts:?}");
    assert!(counts.iter().all(|count| *count > 9), "{counts:?}");
    assert!((50..70).contains(&counts[0]), "{counts:?}");
    let basic = Selection::all().with_level(Level::Basic).with_level(Level::Collecting);
    assert_eq!(basic.cases().len(), counts[0] + counts[2]);
    for level in Level::ALL {
        assert_eq!(level.name().parse(), Ok(*level));
    }
    assert!("Basic".parse::<Level>().is_err());
}

#[test]
fn what_is_never_shown_stands_on_the_front_page() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let page = fs::read_to_string(path).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    let report = Runner::new(|clock| Fixture::full(Arc::new(Model::new(clock)))).run();
    let is_of_every_store = |sentence: &String| !sentence.contains("what it does not declare");
    let says: Vec<_> = report.does_not_prove().into_iter().filter(is_of_every_store).collect();
    assert!(!says.is_empty());
    for sentence in says {
        let sentence = sentence.strip_prefix("that ").unwrap_or(&sentence);
        assert!(page.contains(sentence), "the front page lacks: {sentence}");
    }
}

#[test]
fn a_second_handle_that_is_missing_is_in_the_report() {
    let says_so = |harness: fn(ManualClock) -> Fixture| {
        let report = Runner::new(harness).select(two_cases()).run();
        report.does_not_prove().join("\n").contains("no second handle")
    };
    let handle = |clock| Fixture::full(Arc::new(Model::new(clock)));
    assert!(says_so(handle));
    assert!(!says_so(|clock| Fixture::full(Arc::new(Model::new(clock))).of_one_process()));
    assert!(!says_so(|clock| {
        let model = Arc::new(Model::new(clock));
        Fixture::full(Arc::clone(&model)).with_second_handle(Fixture::full(model))
    }));
}

#[test]
fn needs_are_called_differently() {
    let mut names: Vec<_> = Requirement::ALL.iter().map(|need| need.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Requirement::ALL.len());
}
