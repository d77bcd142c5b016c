//! The memory store satisfies every law while its calls fail and are repeated.

use session_conformance::faults::{Fault, FaultPlan, UNRECOGNISED, UnderFaults, check_outcomes};
use session_conformance::{CASES, Fixture, Harness};
use session_core::time::ManualClock;
use session_memory::MemoryStore;
use std::num::NonZeroU32;
use std::sync::Arc;

/// Makes calls wait before and after the operation.
///
/// The store itself never waits, so its futures could not be dropped in the middle.
fn memory() -> impl Harness {
    let memory =
        |clock: ManualClock| Fixture::full(Arc::new(MemoryStore::builder().clock(clock).build()));
    let slow = FaultPlan::seeded(0).every(NonZeroU32::MIN, Fault::Delays(1), FaultPlan::OPERATIONS);
    UnderFaults::new(memory, slow).without_retries()
}

/// Every fault, with calls dropped at three points.
///
/// They are before the call, before it reaches the store, and after that.
fn everything(seed: u64) -> FaultPlan {
    FaultPlan::seeded(seed)
        .by_chance(0.2, Fault::FailsBefore, FaultPlan::OPERATIONS)
        .by_chance(0.2, Fault::FailsAfter, FaultPlan::REPEATABLE)
        .by_chance(0.1, Fault::Drops(0), FaultPlan::REPEATABLE)
        .by_chance(0.1, Fault::Drops(1), FaultPlan::REPEATABLE)
        .by_chance(0.1, Fault::Drops(2), FaultPlan::REPEATABLE)
        .by_chance(0.2, Fault::Delays(1), FaultPlan::OPERATIONS)
}

#[tokio::test]
async fn every_case_passes_on_a_store_that_fails() {
    let harness = UnderFaults::new(memory(), everything(1));
    for case in CASES.iter().filter(|case| !UNRECOGNISED.contains(&case.name)) {
        if let Err(failure) = case.run(&harness).await {
            panic!("{case}: {failure}");
        }
    }
    let injected = harness.injected();
    println!("{injected}");
    assert!(injected.failed_after > 100 && injected.dropped > 100, "{injected}");
}

#[tokio::test]
async fn an_error_says_what_it_left() {
    for seed in 0..20 {
        let harness = UnderFaults::new(memory(), everything(seed)).without_retries();
        let doubts = || harness.injected().doubtful;
        if let Err(failure) = check_outcomes(&harness, &doubts, seed, 300).await {
            panic!("seed {seed}: {failure}");
        }
        assert!(harness.injected().doubtful > 20);
    }
}
