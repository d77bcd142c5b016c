//! Pessimistic strategies that the suite must reject, each with the exact cases.

mod attempts;
mod changed;
mod claims;
mod drains;

mod openings;
mod options;
mod queue;
mod readers;
mod renewals;
#[path = "../stores/snapshot_file.rs"]
mod snapshot_file;
mod snapshots;
mod timers;
mod upgrades;
mod verdicts;

use session_conformance::CASES;
use std::collections::{BTreeMap, BTreeSet};

/// Declares a test for each broken strategy.
///
/// A line has the constructor of the strategy and the cases that are aimed at its fault. All that it
/// fails stand in the [`snapshots`].
macro_rules! rejects {
    ($($strategy:ident = $make:expr => [$($case:ident),* $(,)?];)*) => {
        $(#[tokio::test]
        async fn $strategy() {
            let failed = crate::verdicts::failed_by($make).await;
            $(assert!(failed.contains(stringify!($case)), stringify!($case));)*
            crate::snapshots::assert_true(module_path!(), stringify!($strategy), failed);
        })*

        /// The cases that the strategies of this module fail, by strategy.
        pub(super) fn rejecting() -> crate::snapshot_file::Failing {
            let failing = crate::snapshots::read(module_path!());
            let strategies = std::collections::BTreeSet::from([$(stringify!($strategy)),*]);
            assert!(failing.keys().eq(strategies), "the snapshot has other strategies");
            failing
        }
    };
}
use rejects;

/// Every case must reject a broken strategy, or it would prove nothing.
#[test]
fn every_case_on_a_strategy_rejects_one() {
    let modules = [
        attempts::rejecting(),
        claims::rejecting(),
        drains::rejecting(),
        openings::rejecting(),
        options::rejecting(),
        readers::rejecting(),
        renewals::rejecting(),
        timers::rejecting(),
        upgrades::rejecting(),
    ];
    let rejecting: BTreeSet<_> =
        modules.into_iter().flat_map(BTreeMap::into_values).flatten().collect();
    let on_strategies = CASES.iter().filter(|case| case.is_on_the_strategy());
    let idle: Vec<_> =
        on_strategies.map(|case| case.name).filter(|name| !rejecting.contains(*name)).collect();
    assert!(idle.is_empty(), "cases that reject no broken strategy: {idle:#?}");
}
