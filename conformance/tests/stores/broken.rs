//! Stores with one planted fault each, and the exact cases that must reject them.

mod apart;
mod births_and_deaths;
mod boundaries;
mod canceling;
mod collecting;
mod declarations;
mod expiry_index;
mod fences;
mod freshness;
mod held_expiry;
mod keys_and_data;
mod layers;
mod lifetimes;
mod listed;
mod liveness;
mod locks;
mod misses;
mod outcomes;
mod places;
mod refusals;
mod repeats;
mod rotation;
mod second_handle;
mod secrets;
mod separate_locks;
mod steps;
mod takeovers;
mod threads;
mod touches;
mod versions;
mod watches;

use crate::groups::OF_STRATEGIES;
use session_conformance::{CASES, Case, Failure, Fixture, Requirement};
use session_core::time::ManualClock;
use std::collections::BTreeSet;

/// Declares two tests per broken store, from its constructor and the names of the cases that it
/// fails.
///
/// Requirements may precede the names. Then the store also fails every case with one of these
/// requirements. Names of cases that it fails in some runs may follow, and the tests skip them. The
/// first test runs the named cases. The second runs all cases, in CI.
macro_rules! rejects {
    ($($store:ident = $fixture:expr
        => $(every case that needs [$($need:ident),*] and)? [$($case:ident),* $(,)?]
            $(and by chance [$($chance:ident),*])?;)*) => {
        $(#[tokio::test]
        async fn $store() {
            crate::broken::assert_fails_its_cases(STORES, stringify!($store)).await;
        }

        mod $store {
            #[tokio::test]
            #[ignore = "runs in CI"]
            async fn fails_no_other_case() {
                crate::broken::assert_fails_no_other(super::STORES, stringify!($store)).await;
            }
        })*

        /// The stores of this module.
        pub(super) const STORES: &[crate::broken::Rejected] = &[$(crate::broken::Rejected {
            name: stringify!($store),
            make: |clock| ($fixture)(clock),
            needs: &[$($(session_conformance::Requirement::$need),*)?],
            cases: &[$(stringify!($case)),*],
            by_chance: &[$($(stringify!($chance)),*)?],
        }),*];
    };
}
use rejects;

/// A broken store, with the cases that reject it and the capabilities that it lacks.
struct Rejected {
    name: &'static str,
    make: fn(ManualClock) -> Fixture,
    needs: &'static [Requirement],
    cases: &'static [&'static str],
    /// Cases that it fails in some runs only.
    by_chance: &'static [&'static str],
}

impl Rejected {
    /// Whether it fails the case, because of its fault or of a missing capability.
    fn is_rejected_by(&self, case: &Case) -> bool {
        self.cases.contains(&case.name) || case.needs.iter().any(|need| self.needs.contains(need))
    }

    /// The names of the cases that it fails. A name that is not a case never fails.
    fn expected(&self) -> BTreeSet<&'static str> {
        let rejecting = CASES.iter().filter(|case| self.is_rejected_by(case));
        rejecting.map(|case| case.name).chain(self.cases.iter().copied()).collect()
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
        expiry_index::STORES,
        fences::STORES,
        freshness::STORES,
        held_expiry::STORES,
        keys_and_data::STORES,
        layers::STORES,
        lifetimes::STORES,
        liveness::STORES,
        locks::STORES,
        misses::STORES,
        places::STORES,
        refusals::STORES,
        repeats::STORES,
        rotation::STORES,
        second_handle::STORES,
        secrets::STORES,
        separate_locks::STORES,
        steps::STORES,
        takeovers::STORES,
        threads::STORES,
        touches::STORES,
        versions::STORES,
        watches::STORES,
    ];
    modules.into_iter().flatten().collect()
}

/// Runs the cases that should reject the store.
async fn assert_fails_its_cases(stores: &[Rejected], name: &str) {
    let store = store(stores, name);
    assert_fails_exactly(store, |case| store.is_rejected_by(case)).await;
}

/// Runs every case. Those with threads run only if they are named, because they are slow.
async fn assert_fails_no_other(stores: &[Rejected], name: &str) {
    let store = store(stores, name);
    let is_run = |case: &Case| case.group != "threads" || store.is_rejected_by(case);
    assert_fails_exactly(store, is_run).await;
}

fn store<'a>(stores: &'a [Rejected], name: &str) -> &'a Rejected {
    stores.iter().find(|store| store.name == name).expect("the macro lists what it tests")
}

/// Runs these cases, and compares the failing ones with the expected ones.
async fn assert_fails_exactly(store: &Rejected, runs: impl Fn(&Case) -> bool) {
    let mut failures = Vec::new();
    let is_certain = |case: &&Case| !store.by_chance.contains(&case.name);
    for case in CASES.iter().filter(is_certain).filter(|case| runs(case)) {
        match case.run(&store.make).await {
            Ok(_) => {}
            Err(Failure::Violation(violation)) => failures.push((case.name, violation)),
            Err(other) => panic!("{}: {other}", case.name),
        }
    }
    let found: BTreeSet<_> = failures.iter().map(|(name, _)| *name).collect();
    let expected = store.expected();
    assert!(!expected.is_empty(), "nothing rejects this store");
    if found != expected {
        for (name, violation) in failures {
            println!("        {name}, // {violation}");
        }
    }
    let (missing, more) = (&expected - &found, &found - &expected);
    assert!(found == expected, "should fail but pass: {missing:#?}\nfail besides: {more:#?}");
}

/// The cases that no store can fail: only a fault of `Sessions` itself fails them.
const OF_SESSIONS_ALONE: &[&str] =
    &["an_id_that_is_none_gets_a_fresh_one", "destroying_a_new_session_finds_nothing"];

/// Every case must reject a broken store, or it would prove nothing.
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
