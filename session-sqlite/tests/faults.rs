//! The store satisfies every law while its calls fail, are dropped and repeated.

mod folder;
#[path = "folder/harness.rs"]
mod harness;

use harness::InFile;
use session_conformance::CASES;
use session_conformance::faults::{Fault, FaultPlan, UNRECOGNISED, UnderFaults, check_outcomes};

/// Every fault, with calls dropped before they begin and while they may have begun.
///
/// The thread of the store may have begun the second one.
fn everything(seed: u64) -> FaultPlan {
    FaultPlan::seeded(seed)
        .by_chance(0.2, Fault::FailsBefore, FaultPlan::OPERATIONS)
        .by_chance(0.2, Fault::FailsAfter, FaultPlan::REPEATABLE)
        .by_chance(0.1, Fault::Drops(0), FaultPlan::REPEATABLE)
        .by_chance(0.2, Fault::Drops(1), FaultPlan::REPEATABLE)
}

#[tokio::test]
async fn every_case_passes_on_a_store_that_fails() {
    let harness = UnderFaults::new(InFile { two_handles: true, limits: None }, everything(1));
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
    for seed in 0..5 {
        let harness =
            UnderFaults::new(InFile { two_handles: true, limits: None }, everything(seed))
                .without_retries();
        let doubts = || harness.injected().doubtful;
        if let Err(failure) = check_outcomes(&harness, &doubts, seed, 300).await {
            panic!("seed {seed}: {failure}");
        }
        assert!(harness.injected().doubtful > 20);
    }
}
