//! The whole suite, on a model whose calls fail and are repeated.

use session_conformance::faults::{Fault, FaultPlan, Injected, UNRECOGNISED, UnderFaults};
use session_conformance::{CASES, Harness, Model};
use session_core::error::Operation;
use session_core::time::ManualClock;
use std::collections::BTreeSet;
use std::env;
use std::num::NonZeroU32;
use std::ops::Range;

const EVERY: NonZeroU32 = NonZeroU32::MIN;
const SECOND: NonZeroU32 = NonZeroU32::new(2).expect("two is not zero");

fn model() -> impl Harness {
    |clock: ManualClock| Model::new(clock).into_fixture()
}

/// The cases that fail, and the number of faults.
///
/// Those with threads and with two calls at once are left out: another call comes before most
/// repetitions.
async fn run(harness: &UnderFaults<impl Harness>) -> (BTreeSet<&'static str>, Injected) {
    let mut failed = BTreeSet::new();
    for case in CASES.iter().filter(|case| !["threads", "pairs"].contains(&case.group)) {
        if let Err(failure) = case.run(harness).await {
            println!("{}: {failure}", case.name);
            failed.insert(case.name);
        }
    }
    let injected = harness.injected();
    println!("{injected}");
    (failed, injected)
}

/// Checks that exactly these cases fail, and returns the number of faults.
async fn assert_fails_exactly(harness: UnderFaults<impl Harness>, expected: &[&str]) -> Injected {
    let (failed, injected) = run(&harness).await;
    assert_eq!(failed, expected.iter().copied().collect());
    injected
}

#[tokio::test]
async fn every_case_passes_where_calls_fail_before_the_store() {
    let plan = FaultPlan::seeded(1).every(SECOND, Fault::FailsBefore, FaultPlan::OPERATIONS);
    let injected = assert_fails_exactly(UnderFaults::new(model(), plan), &[]).await;
    assert!(injected.failed_before > 1_000, "{injected}");
}

/// Two cases fail: they depend on retries that a store need not recognize.
#[tokio::test]
async fn every_case_passes_where_replies_are_lost() {
    let plan = FaultPlan::seeded(2).every(SECOND, Fault::FailsAfter, FaultPlan::REPEATABLE);
    let expected = [
        "a_touch_that_moves_nothing_still_releases",
        "concurrent_changes_of_pieces_are_merged_or_conflict",
    ];
    let injected = assert_fails_exactly(UnderFaults::new(model(), plan), &expected).await;
    assert!(injected.failed_after > 1_000, "{injected}");
}

#[tokio::test]
async fn every_case_passes_where_calls_are_slow() {
    let plan = FaultPlan::seeded(3).every(EVERY, Fault::Delays(2), FaultPlan::OPERATIONS);
    let injected = assert_fails_exactly(UnderFaults::new(model(), plan), &[]).await;
    assert!(injected.delayed > 1_000, "{injected}");
}

/// The inner faults make futures wait, so the outer ones drop them in the middle.
#[tokio::test]
async fn every_case_passes_where_futures_are_dropped() {
    let slow = FaultPlan::seeded(4).every(EVERY, Fault::Delays(2), FaultPlan::OPERATIONS);
    let drops = [0, 1, 2, 3, 4, 5].into_iter().fold(FaultPlan::seeded(5), |plan, polls| {
        plan.by_chance(0.1, Fault::Drops(polls), FaultPlan::REPEATABLE)
    });
    let harness = UnderFaults::new(UnderFaults::new(model(), slow), drops);
    let injected = assert_fails_exactly(harness, &[]).await;
    assert!(injected.dropped > 1_000, "{injected}");
}

/// The number of seeds. More of them take minutes.
fn seeds() -> Range<u64> {
    let given = env::var("FAULT_SEEDS").ok();
    0..given.map_or(4, |seeds| seeds.parse().expect("FAULT_SEEDS is a number"))
}

#[tokio::test]
async fn every_case_that_can_passes_where_all_of_it_happens_by_chance() {
    for seed in seeds() {
        let slow = FaultPlan::seeded(seed).every(EVERY, Fault::Delays(1), FaultPlan::OPERATIONS);
        let plan = FaultPlan::seeded(seed)
            .by_chance(0.2, Fault::FailsBefore, FaultPlan::OPERATIONS)
            .by_chance(0.2, Fault::FailsAfter, FaultPlan::REPEATABLE)
            .by_chance(0.1, Fault::Drops(0), FaultPlan::REPEATABLE)
            .by_chance(0.1, Fault::Drops(1), FaultPlan::REPEATABLE)
            .by_chance(0.1, Fault::Drops(2), FaultPlan::REPEATABLE)
            .by_chance(0.2, Fault::Delays(1), FaultPlan::OPERATIONS);
        let harness = UnderFaults::new(UnderFaults::new(model(), slow), plan);
        let (failed, injected) = run(&harness).await;
        let unexpected: Vec<_> =
            failed.iter().filter(|name| !UNRECOGNISED.contains(name)).collect();
        assert!(unexpected.is_empty(), "seed {seed}: {unexpected:?}");
        assert!(injected.total() > 1_000, "{injected}");
    }
}

/// A retried deletion with a lost reply finds nothing, and reports that (R7, R11).
///
/// The cases that depend on the first result fail.
#[tokio::test]
async fn a_repeated_deletion_finds_nothing() {
    let plan = FaultPlan::seeded(6).every(SECOND, Fault::FailsAfter, [Operation::Delete]);
    let expected = [
        "a_deletion_expecting_another_version_is_a_conflict",
        "a_deletion_finds_a_session_up_to_its_expiry",
        "a_deletion_of_the_version_read_passes_a_live_lock",
        "a_deletion_passes_a_live_lock",
        "a_deletion_reports_whether_there_was_a_session",
        "a_destruction_lets_the_queue_move_on",
        "a_holder_may_write_late_if_nobody_took_over",
        "a_logout_passes_a_live_lock",
        "an_empty_session_is_as_live_as_any",
        "an_update_that_races_a_deletion_revives_nothing",
        "no_handle_restores_a_destroyed_session",
        "of_many_deletions_exactly_one_finds_the_session",
        "the_holder_deletes",
    ];
    assert_fails_exactly(UnderFaults::new(model(), plan), &expected).await;
}

/// A repeated step reports only its own deletions.
///
/// The cases that count deletions fail.
#[tokio::test]
async fn a_repeated_step_of_collecting_reports_the_rest() {
    let plan = FaultPlan::seeded(7).every(SECOND, Fault::FailsAfter, [Operation::Collect]);
    let expected = [
        "a_collection_backs_off_and_goes_on",
        "a_collection_keeps_its_rate_limit",
        "a_collection_that_stopped_is_resumed",
        "a_collection_walks_the_whole_store",
        "a_lapsed_lock_keeps_nothing",
        "a_sweep_deletes_expired_records",
        "a_sweep_gets_past_spared_records",
        "a_sweep_keeps_to_its_budget_and_ends",
        "a_sweep_leaves_records_expired_within_the_grace",
        "a_sweep_reports_the_outcome_of_expired_records",
        "each_step_of_a_sweep_goes_by_its_own_time",
    ];
    assert_fails_exactly(UnderFaults::new(model(), plan), &expected).await;
}
