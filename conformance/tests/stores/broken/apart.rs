//! Two cases that always fail together may be one.

use crate::broken::{OF_SESSIONS_ALONE, rejected};
use crate::groups::OF_STRATEGIES;
use session_conformance::CASES;
use std::collections::{BTreeMap, BTreeSet};

/// Cases that ask the same of a store: only a fault of `Sessions` itself parts them.
const TOLD_APART_BY_SESSIONS_ALONE: &[&[&str]] = &[&[
    "a_rotation_takes_along_what_another_wrote",
    "data_that_a_rotation_took_along_is_not_taken_for_a_change",
]];

#[test]
fn every_two_cases_on_a_store_are_told_apart_by_one() {
    let mut alike: BTreeMap<BTreeSet<&str>, BTreeSet<&str>> = BTreeMap::new();
    let on_a_store = CASES.iter().filter(|case| {
        !OF_SESSIONS_ALONE.contains(&case.name) && !OF_STRATEGIES.contains(&case.group)
    });
    for case in on_a_store {
        let rejected = rejected().into_iter().filter(|store| store.is_rejected_by(case));
        alike.entry(rejected.map(|store| store.name).collect()).or_default().insert(case.name);
    }
    let alike: BTreeSet<_> = alike.into_values().filter(|cases| cases.len() > 1).collect();
    let known = TOLD_APART_BY_SESSIONS_ALONE.iter().map(|cases| cases.iter().copied().collect());
    let known: BTreeSet<BTreeSet<&str>> = known.collect();
    assert_eq!(alike, known, "cases that always fail together");
}
