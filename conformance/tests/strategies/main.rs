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
mod timers;
mod upgrades;
mod verdicts;

use session_conformance::CASES;
use std::collections::BTreeSet;

/// Declares a test for each broken strategy.
///
/// A line has the constructor of the strategy and the cases that it fails.
macro_rules! rejects {
    ($($strategy:ident = $make:expr => [$($case:ident),* $(,)?];)*) => {
        $(#[tokio::test]
        async fn $strategy() {
            crate::verdicts::assert_fails($make, &[$(stringify!($case)),*]).await;
        })*

        /// The cases that the strategies of this module fail.
        pub(super) const REJECTING: &[&[&str]] = &[$(&[$(stringify!($case)),*]),*];
    };
}
use rejects;

/// Every case must reject a broken strategy, or it would prove nothing.
#[test]
fn every_case_on_a_strategy_rejects_one() {
    let modules = [
        attempts::REJECTING,
        claims::REJECTING,
        drains::REJECTING,
        openings::REJECTING,
        options::REJECTING,
        readers::REJECTING,
        renewals::REJECTING,
        timers::REJECTING,
        upgrades::REJECTING,
    ];
    let rejecting: BTreeSet<_> = modules.concat().concat().into_iter().collect();
    let on_strategies = CASES.iter().filter(|case| case.is_on_the_strategy());
    let idle: Vec<_> =
        on_strategies.map(|case| case.name).filter(|name| !rejecting.contains(name)).collect();
    assert!(idle.is_empty(), "cases that reject no broken strategy: {idle:#?}");
}
