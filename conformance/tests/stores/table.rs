//! The table of cases covers the contract.

use session_conformance::{CASES, Law};
use std::collections::BTreeSet;

#[test]
fn every_law_has_a_case() {
    let covered: BTreeSet<Law> = CASES.iter().flat_map(|case| case.laws).copied().collect();
    let missing: Vec<_> = Law::ALL.iter().filter(|law| !covered.contains(law)).collect();
    assert!(missing.is_empty(), "laws without a case: {missing:?}");
}

#[test]
fn every_case_has_a_law() {
    for case in CASES {
        assert!(!case.laws.is_empty(), "{} is about no law", case.name);
    }
}

#[test]
fn names_are_unique() {
    let mut names = BTreeSet::new();
    for case in CASES {
        assert!(names.insert(case.name), "two cases are called {}", case.name);
    }
}

#[test]
fn names_are_facts() {
    for case in CASES {
        let is_plain = case.name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        assert!(is_plain, "{} is no plain name", case.name);
        assert!(!case.name.starts_with("test_"), "{} is a label, not a fact", case.name);
    }
}
