//! Finds pairs of cases that always fail together and may be one case.

use crate::broken::{OF_SESSIONS_ALONE, snapshots};
use session_conformance::CASES;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn a_broken_store_distinguishes_every_two_cases() {
    let failing = snapshots::all();
    let mut alike: BTreeMap<BTreeSet<&str>, BTreeSet<&str>> = BTreeMap::new();
    let on_a_store = CASES
        .iter()
        .filter(|case| !OF_SESSIONS_ALONE.contains(&case.name) && !case.is_on_the_strategy());
    for case in on_a_store {
        let rejected = failing.iter().filter(|(_, cases)| cases.contains(case.name));
        alike.entry(rejected.map(|(store, _)| &**store).collect()).or_default().insert(case.name);
    }
    let alike: Vec<_> = alike.into_values().filter(|cases| cases.len() > 1).collect();
    assert!(alike.is_empty(), "cases that always fail together: {alike:#?}");
}
