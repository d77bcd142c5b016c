//! Stores with one planted fault each, and the cases that must reject them.

mod apart;
mod births_and_deaths;
mod boundaries;
pub(crate) mod bounds;
mod canceling;
mod collecting;
mod databases;
mod declarations;
mod expiry_index;
mod fences;
mod freshness;
mod held_expiry;
mod hostile_data;
mod hostile_keys;
mod hostile_times;
mod keys_and_data;
mod layers;
mod leaks;
mod lifetimes;
mod lines;
mod listed;
mod liveness;
mod locks;
mod misses;
mod outcomes;
mod pairs;
mod places;
mod refusals;
mod repeats;
mod rotation;
mod second_handle;
mod secrets;
mod separate_locks;
mod snapshots;
pub(crate) mod steps;
mod takeovers;
mod threads;
mod touches;
mod versions;
mod watches;

use session_conformance::{CASES, Case, Failure, Fixture, Violation};
use session_core::time::ManualClock;
use std::collections::{BTreeMap, BTreeSet};

/// Declares a test for each broken store.
///
/// A line has the constructor of the store and the cases that are aimed at its fault.
/// Names of cases that it fails in some runs may follow, and no test runs them. One more test, in
/// CI, runs all cases on all stores of the module, and compares those that fail with the
/// [`snapshots`].
macro_rules! rejects {
    ($($store:ident = $fixture:expr
        => [$($case:ident),* $(,)?] $(and by chance [$($chance:ident),* $(,)?])?;)*) => {
        mod stores {
            use super::STORES;
            use crate::broken::{assert_rejected, snapshots};

            $(#[tokio::test]
            async fn $store() {
                assert_rejected(STORES, stringify!($store)).await;
            })*

            #[tokio::test]
            #[ignore = "runs in CI"]
            async fn each_fails_no_other_case() {
                snapshots::assert_true(STORES).await;
            }
        }

        /// The stores of this module.
        pub(super) const STORES: &[crate::broken::Rejected] = &[$(crate::broken::Rejected {
            module: module_path!(),
            name: stringify!($store),
            make: |clock| ($fixture)(clock),
            aimed: &[$(stringify!($case)),*],
            by_chance: &[$($(stringify!($chance)),*)?],
        }),*];
    };
}
use rejects;

/// A broken store, with the cases that reject it.
struct Rejected {
    module: &'static str,
    name: &'static str,
    make: fn(ManualClock) -> Fixture,
    /// The cases aimed at its fault. The snapshot of its module has all that it fails.
    aimed: &'static [&'static str],
    /// Cases that it fails in some runs only.
    by_chance: &'static [&'static str],
}

impl Rejected {
    /// Runs these cases, and returns what those found that failed.
    ///
    /// Cases that fail by chance are left out.
    async fn failing(&self, runs: impl Fn(&Case) -> bool) -> BTreeMap<&'static str, Violation> {
        let mut failing = BTreeMap::new();
        let is_certain = |case: &&Case| !self.by_chance.contains(&case.name);
        for case in CASES.iter().filter(is_certain).filter(|case| runs(case)) {
            match case.run(&self.make).await {
                Ok(_) => {}
                Err(Failure::Violation(violation)) => {
                    let points_to_it = lines::points_to_its_case(&violation, case);
                    assert!(points_to_it, "{} points elsewhere: {violation}", case.name);
                    failing.insert(case.name, violation);
                }
                Err(other) => panic!("{}: {other}", case.name),
            }
        }
        failing
    }

    fn is_aimed_at_by(&self, case: &Case) -> bool {
        self.aimed.contains(&case.name)
    }
}

/// Every broken store that cases reject.
fn rejected() -> Vec<&'static Rejected> {
    let modules = [
        births_and_deaths::STORES,
        boundaries::STORES,
        bounds::STORES,
        canceling::STORES,
        collecting::STORES,
        databases::STORES,
        declarations::STORES,
        expiry_index::STORES,
        fences::STORES,
        freshness::STORES,
        held_expiry::STORES,
        keys_and_data::STORES,
        hostile_data::STORES,
        hostile_keys::STORES,
        hostile_times::STORES,
        layers::STORES,
        leaks::STORES,
        lifetimes::STORES,
        liveness::STORES,
        locks::STORES,
        misses::STORES,
        pairs::STORES,
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

/// Runs the cases that are aimed at the store, each of which must reject it.
async fn assert_rejected(stores: &[Rejected], name: &str) {
    let store = stores.iter().find(|store| store.name == name).expect("the macro lists it");
    let failing = store.failing(|case| store.is_aimed_at_by(case)).await;
    let passed: Vec<_> = store.aimed.iter().filter(|case| !failing.contains_key(*case)).collect();
    assert!(!store.aimed.is_empty(), "no case is aimed at this store");
    assert!(passed.is_empty(), "the store passes, or there is no such case: {passed:#?}");
}

/// The cases that no store can fail: only a fault of `Sessions` itself fails them.
const OF_SESSIONS_ALONE: &[&str] =
    &["an_id_that_is_none_gets_a_fresh_one", "destroying_a_new_session_finds_nothing"];

/// Every case must reject a broken store, or it would prove nothing.
#[test]
fn every_case_on_a_store_rejects_one() {
    let rejecting: BTreeSet<_> = snapshots::all().into_values().flatten().collect();
    let is_on_a_store =
        |case: &&Case| !OF_SESSIONS_ALONE.contains(&case.name) && !case.is_on_the_strategy();
    let idle = CASES.iter().filter(is_on_a_store);
    let idle: Vec<_> =
        idle.map(|case| case.name).filter(|name| !rejecting.contains(*name)).collect();
    assert!(idle.is_empty(), "cases that reject no broken store: {idle:#?}");
}
