//! Stores with one planted fault each, and exactly the cases that must reject them.

mod births_and_deaths;
mod boundaries;
mod collecting;
mod declarations;
mod fences;
mod keys_and_data;
mod layers;
mod liveness;
mod locks;
mod refusals;
mod repeats;
mod rotation;
mod steps;
mod takeovers;
mod touches;
mod versions;

use session_conformance::{CASES, Case, Failure, Harness, Need};
use std::collections::BTreeSet;

/// Declares a test per broken store: how it is made, and the names of the cases that it fails.
///
/// The names may be preceded by needs: then it fails every case that needs one of them, too.
macro_rules! rejects {
    ($($store:ident = $fixture:expr
        => $(every case that needs [$($need:ident),*] and)? [$($case:ident),* $(,)?];)*) => {
        $(#[tokio::test]
        async fn $store() {
            let make = |clock: session_core::ManualClock| ($fixture)(clock);
            let needs: &[session_conformance::Need] = &[$($(session_conformance::Need::$need),*)?];
            let expected = [$(stringify!($case)),*];
            crate::broken::assert_fails_exactly(&make, needs, &expected).await;
        })*

        /// The cases that reject a store of this module by their own virtue.
        pub(super) const REJECTING: &[&str] = &[$($(stringify!($case),)*)*];
    };
}
use rejects;

/// Runs every case, and compares the names of those that fail.
async fn assert_fails_exactly(harness: &dyn Harness, needs: &[Need], named: &[&str]) {
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

/// The groups whose cases reject strategies, which `tests/strategies` breaks.
const OF_STRATEGIES: &[&str] = &["waiting", "lining_up", "holding", "letting_go"];

/// A case that rejects nothing proves nothing: it needs a broken store.
#[test]
fn every_case_on_a_store_rejects_one() {
    let rejecting: BTreeSet<_> = [
        births_and_deaths::REJECTING,
        boundaries::REJECTING,
        collecting::REJECTING,
        declarations::REJECTING,
        fences::REJECTING,
        keys_and_data::REJECTING,
        layers::REJECTING,
        liveness::REJECTING,
        locks::REJECTING,
        refusals::REJECTING,
        repeats::REJECTING,
        rotation::REJECTING,
        steps::REJECTING,
        takeovers::REJECTING,
        touches::REJECTING,
        versions::REJECTING,
    ]
    .concat()
    .into_iter()
    .collect();
    let is_on_a_store = |case: &&Case| {
        !OF_SESSIONS_ALONE.contains(&case.name) && !OF_STRATEGIES.contains(&case.group)
    };
    let idle = CASES.iter().filter(is_on_a_store);
    let idle: Vec<_> =
        idle.map(|case| case.name).filter(|name| !rejecting.contains(name)).collect();
    assert!(idle.is_empty(), "cases that reject no broken store: {idle:#?}");
}
