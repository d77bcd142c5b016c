//! The toy store satisfies its declaration while its calls fail and are repeated.

use session_conformance::faults::{Fault, FaultPlan, UnderFaults};
use session_conformance::{CASES, Fixture};
use session_core::error::Operation;
use session_core::time::ManualClock;
use std::sync::Arc;
use toy_store::ToyStore;

/// The store compares no versions, so it recognizes no repeated creation.
///
/// So the test loses replies only of operations that need no recognition.
#[tokio::test]
async fn every_case_passes_on_a_store_that_fails() {
    let unrecognized = [Operation::Load, Operation::Update, Operation::Touch];
    let plan = FaultPlan::seeded(1)
        .by_chance(0.3, Fault::FailsBefore, FaultPlan::OPERATIONS)
        .by_chance(0.3, Fault::FailsAfter, unrecognized);
    let toy = |clock: ManualClock| Fixture::new(Arc::new(ToyStore::new(clock)));
    let harness = UnderFaults::new(toy, plan);
    for case in CASES {
        if let Err(failure) = case.run(&harness).await {
            panic!("{case}: {failure}");
        }
    }
    let injected = harness.injected();
    assert!(injected.failed_before > 100 && injected.failed_after > 50, "{injected}");
}
