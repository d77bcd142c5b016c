//! Stores with one planted fault each, and exactly the cases that must reject them.

mod apart;
mod births_and_deaths;
mod boundaries;
mod canceling;
mod collecting;
mod declarations;
mod fences;
mod keys_and_data;
mod layers;
mod listed;
mod liveness;
mod locks;
mod misses;
mod outcomes;
mod refusals;
mod repeats;
mod rotation;
mod secrets;
mod steps;
mod takeovers;
mod touches;
mod versions;

use crate::groups::OF_STRATEGIES;
use session_conformance::{CASES, Case, Failure, Harness, Requirement};
use std::collections::BTreeSet;

/// Declares a test per broken store: how it is made, and the names of the cases that it fails.
///
/// The names may be preceded by needs: then it fails every case that needs one of them, too.
macro_rules! rejects {
    ($($store:ident = $fixture:expr
        => $(every case that needs [$($need:ident),*] and)? [$($case:ident),* $(,)?];)*) => {
        $(#[tokio::test]
        async fn $store() {
            let make = |clock: session_core::time::ManualClock| ($fixture)(clock);
            let needs: &[session_conformance::Requirement] = &[$($(session_conformance::Requirement::$need),*)?];
            let expected = [$(stringify!($case)),*];
            crate::broken::assert_fails_exactly(&make, needs, &expected).await;
        })*

        /// The stores of this module.
        pub(super) const STORES: &[crate::broken::Rejected] = &[$(crate::broken::Rejected {
            name: stringify!($store),
            needs: &[$($(session_conformance::Requirement::$need),*)?],
            cases: &[$(stringify!($case)),*],
        }),*];
    };
}
use rejects;

/// A broken store: the cases that reject it by their own virtue, and those that need what it lacks.
struct Rejected {
    name: &'static str,
    needs: &'static [Requirement],
    cases: &'static [&'static str],
}

impl Rejected {
    /// Whether it fails the case, be it for what the case needs and it does not have.
    fn is_rejected_by(&self, case: &Case) -> bool {
        self.cases.contains(&case.name) || case.needs.iter().any(|need| self.needs.contains(need))
    }
}

/// Every broken store that cases reject.
fn rejected() -> Vec<&'static Rejected> {
    let modules = [
        births_and_deaths::STORES,
        boundaries::STORES,
        canceling::STORES,
        collecting::STORES,
        declarations::STORES,
        fences::STORES,
        keys_and_data::STORES,
        layers::STORES,
        liveness::STORES,
        locks::STORES,
        misses::STORES,
        refusals::STORES,
        repeats::STORES,
        rotation::STORES,
        secrets::STORES,
        steps::STORES,
        takeovers::STORES,
        touches::STORES,
        versions::STORES,
    ];
    modules.into_iter().flatten().collect()
}

/// Runs every case, and compares the names of those that fail.
async fn assert_fails_exactly(harness: &dyn Harness, needs: &[Requirement], named: &[&str]) {
    let mut failures = Vec::new();
    for case in CASES {
        match case.run(harness).await {
            Ok(_) => {}
            Err(Failure::Violation(violation)) => failures.push((case.name, violation)),
            Err(other) => panic!("{}: {other}", case.name),
        }
    }
    let found: BTreeSet<_> = failures.iter().map(|(name, _)| *name).collect();
    let needing = CASES.iter().filter(|case| case.needs.iter().any(|need| needs.contains(need)));
    let expected: BTreeSet<_> =
        needing.map(|case| case.name).chain(named.iter().copied()).collect();
    assert!(!expected.is_empty(), "nothing rejects this store");
    if found != expected {
        for (name, violation) in failures {
            println!("        {name}, // {violation}");
        }
    }
    let (missing, more) = (&expected - &found, &found - &expected);
    assert!(found == expected, "should fail but pass: {missing:#?}\nfail besides: {more:#?}");
}

/// The cases that no store can fail: only a fault of `Sessions` itself makes them.
const OF_SESSIONS_ALONE: &[&str] =
    &["an_id_that_is_none_gets_a_fresh_one", "destroying_a_new_session_finds_nothing"];

/// A case that rejects nothing proves nothing: it needs a broken store.
#[test]
fn every_case_on_a_store_rejects_one() {
    let rejecting: BTreeSet<_> = rejected().iter().flat_map(|store| store.cases).copied().collect();
    let is_on_a_store = |case: &&Case| {
        !OF_SESSIONS_ALONE.contains(&case.name) && !OF_STRATEGIES.contains(&case.group)
    };
    let idle = CASES.iter().filter(is_on_a_store);
    let idle: Vec<_> =
        idle.map(|case| case.name).filter(|name| !rejecting.contains(name)).collect();
    assert!(idle.is_empty(), "cases that reject no broken store: {idle:#?}");
}
