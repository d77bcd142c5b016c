//! Tests of the reports as a table and as JSON.

use super::{MakesNothing, OnDelete, ruled, text_alone, two_cases};
use session_conformance::Law;
use session_conformance::runner::{Entry, Outcome, Report, Runner};

pub(crate) fn failing() -> Report {
    let panics = ruled(OnDelete(|| panic!("no <mercy> & \"none\"")));
    Runner::new(panics).named("broken").select(two_cases()).run()
}

#[test]
fn the_table_names_failures_with_their_laws() {
    let table = failing().to_table();
    let id = "deleting::a_deletion_reports_whether_there_was_a_session";
    for part in [id, "no <mercy>", &Law::R7.to_string(), "broken: FAILED: 1 kept"] {
        assert!(table.contains(part), "no {part} in {table}");
    }
}

/// They would clear a terminal, or set its title.
#[test]
fn the_table_shows_control_characters_and_prints_none() {
    let says = "gone:\u{1b}[2J\0\rline one\n\tline two \u{9b}";
    let runner = Runner::new(MakesNothing::InTime(says.to_owned()));
    let table = runner.named("a\u{7}\nname").select(two_cases()).run().to_table();
    let raw: Vec<_> = table.chars().filter(|c| c.is_control() && *c != '\n').collect();
    assert!(raw.is_empty(), "{raw:?}");
    let shown = "gone:\\u{1b}[2J\\u{0}\\rline one\n      \\tline two \\u{9b}";
    for part in [shown, "\na\\u{7} name: FAILED"] {
        assert!(table.contains(part), "no {part} in {table}");
    }
}

#[test]
fn json_has_every_case_and_every_law() {
    for report in [text_alone(), failing()] {
        let json: serde_json::Value = serde_json::from_str(&report.to_json().unwrap()).unwrap();
        assert_eq!(json["passed"], report.passed());
        assert_eq!(json["complete"], report.is_complete());
        assert_eq!(json["counts"]["refused"], report.counts().refused);
        assert_eq!(json["laws"].as_array().unwrap().len(), Law::ALL.len());
        let cases = json["cases"].as_array().unwrap();
        assert_eq!(cases.len(), report.entries().len());
        for (json, entry) in cases.iter().zip(report.entries()) {
            assert_eq!(json["name"], entry.case.name);
            assert_eq!(json["laws"][0], entry.case.laws[0].number());
            assert_json_outcome(json, entry);
        }
    }
}

fn assert_json_outcome(json: &serde_json::Value, entry: &Entry) {
    match &entry.outcome {
        Outcome::Kept => assert_eq!(json["outcome"], "kept"),
        Outcome::Refused { lacks } => {
            assert_eq!(
                (&json["outcome"], &json["lacks"]),
                (&"refused".into(), &lacks.name().into())
            );
        }
        Outcome::Failed { cause, reason } => {
            assert_eq!(json["outcome"], "failed");
            assert_eq!(json["cause"], cause.name());
            assert_eq!(json["reason"], reason.as_str());
        }
    }
}
