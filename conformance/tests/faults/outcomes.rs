//! Every error reports its outcome correctly.

use session_conformance::Model;
use session_conformance::faults::{Fault, FaultPlan, Outcomes, UnderFaults, check_outcomes};
use session_core::time::ManualClock;

/// Faults of every kind, with which every second call fails.
fn everything(seed: u64) -> FaultPlan {
    FaultPlan::seeded(seed)
        .by_chance(0.2, Fault::FailsBefore, FaultPlan::OPERATIONS)
        .by_chance(0.2, Fault::FailsAfter, FaultPlan::OPERATIONS)
        .by_chance(0.2, Fault::Drops(1), FaultPlan::OPERATIONS)
        .by_chance(0.1, Fault::Drops(0), FaultPlan::OPERATIONS)
        .by_chance(0.1, Fault::Delays(1), FaultPlan::OPERATIONS)
}

async fn outcomes(seed: u64, calls: u64) -> Outcomes {
    let slow = FaultPlan::seeded(seed).by_chance(0.5, Fault::Delays(1), FaultPlan::OPERATIONS);
    let model = |clock: ManualClock| Model::new(clock).into_fixture();
    // Futures that wait before and after the operation can be dropped in the middle.
    let model = UnderFaults::new(model, slow).without_retries();
    let harness = UnderFaults::new(model, everything(seed)).without_retries();
    let doubts = || harness.injected().doubtful;
    match check_outcomes(&harness, &doubts, seed, calls).await {
        Ok(outcomes) => outcomes,
        Err(failure) => panic!("seed {seed}: {failure}"),
    }
}

#[tokio::test]
async fn an_error_says_what_it_left() {
    let (mut unknown, mut failed, mut repeated) = (0, 0, 0);
    for seed in 0..100 {
        let outcomes = outcomes(seed, 200).await;
        unknown += outcomes.unknown;
        failed += outcomes.failed;
        repeated += outcomes.repeated;
    }
    println!("{failed} failed, {unknown} of unknown outcome, {repeated} repeated");
    assert!(unknown > 1_000 && failed > 1_000 && repeated > 500);
}
