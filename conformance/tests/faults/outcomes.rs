//! Every error reports its outcome correctly.

use session_conformance::faults::{Fault, FaultPlan, Outcomes, UnderFaults, check_outcomes};
use session_conformance::{Fixture, Harness, Model};
use session_core::error::Operation;
use session_core::time::ManualClock;
use std::sync::Arc;

/// Faults of every kind, with which every second call fails.
fn everything(seed: u64) -> FaultPlan {
    FaultPlan::seeded(seed)
        // Few rotations succeed, and only their replies can be lost.
        .by_chance(0.5, Fault::FailsAfter, [Operation::Rotate])
        .by_chance(0.2, Fault::FailsBefore, FaultPlan::OPERATIONS)
        .by_chance(0.2, Fault::FailsAfter, FaultPlan::OPERATIONS)
        .by_chance(0.2, Fault::Drops(1), FaultPlan::OPERATIONS)
        .by_chance(0.1, Fault::Drops(0), FaultPlan::OPERATIONS)
        .by_chance(0.2, Fault::Delays(1), FaultPlan::OPERATIONS)
}

/// One model, and two handles of it.
fn two_handles(clock: ManualClock) -> Fixture {
    let model = Arc::new(Model::new(clock));
    let handle = || {
        let fixture = Fixture::new(Arc::clone(&model) as _);
        fixture.with_locking(Arc::clone(&model) as _).with_collecting(Arc::clone(&model) as _)
    };
    handle().with_second_handle(handle())
}

/// The harness of two handles whose calls fail by this seed.
fn failing(seed: u64) -> UnderFaults<impl Harness> {
    // Futures that wait before and after the operation can be dropped in the middle.
    let slow = FaultPlan::seeded(seed).by_chance(0.5, Fault::Delays(1), FaultPlan::OPERATIONS);
    let slow = UnderFaults::new(two_handles, slow).without_retries();
    UnderFaults::new(slow, everything(seed)).without_retries()
}

async fn outcomes(harness: &UnderFaults<impl Harness>, seed: u64) -> Outcomes {
    match check_outcomes(harness, &|| harness.injected().doubtful, seed, 200).await {
        Ok(outcomes) => outcomes,
        Err(failure) => panic!("seed {seed}: {failure}"),
    }
}

#[tokio::test]
async fn an_error_says_what_it_left() {
    let (mut unknown, mut failed, mut repeated) = (0, 0, 0);
    for seed in 0..100 {
        let outcomes = outcomes(&failing(seed), seed).await;
        unknown += outcomes.unknown;
        failed += outcomes.failed;
        repeated += outcomes.repeated;
    }
    println!("{failed} failed, {unknown} of unknown outcome, {repeated} repeated");
    assert!(unknown > 1_000 && failed > 1_000 && repeated > 500);
}

#[tokio::test]
async fn a_seed_repeats_its_run() {
    for seed in 0..10 {
        let (first, second) = (failing(seed), failing(seed));
        assert_eq!(outcomes(&first, seed).await, outcomes(&second, seed).await, "seed {seed}");
        assert_eq!(first.injected(), second.injected(), "seed {seed}");
    }
}

/// Every kind of fault befalls every operation a thousand times, over both handles.
#[tokio::test]
#[ignore = "runs in CI"]
async fn no_fault_of_an_operation_is_rare() {
    /// More than are needed.
    const SEEDS: u64 = 4_000;
    let harness = failing(0);
    for seed in 0..SEEDS {
        outcomes(&harness, seed).await;
        if harness.injected().fewest >= 1_000 {
            println!("{seed} seeds: {}", harness.injected());
            return;
        }
    }
    panic!("a fault of one operation occurred {} times", harness.injected().fewest);
}
