//! The laws hold over a wire that fails, whatever fails on it.

use async_trait::async_trait;
use session_conformance::faults::{Excusing, UNRECOGNISED, check_outcomes};
use session_conformance::{CASES, CLOCK_SKEW, Fixture, Harness, SetupError};
use session_core::{ManualClock, Timer};
use session_dynamodb::{
    DynamoDbStore, EmbeddedDynamoDb, InjectedFaults, TableOptions, WireFault, WireFaults,
};
use std::env;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// A wire on which any request can meet anything, but for what a deletion cannot tell: whose reply
/// is lost finds nothing when it is repeated, and the cases go by what it finds.
fn suites_wire(seed: u64) -> WireFaults {
    let repeatable = ["GetItem", "UpdateItem", "TransactWriteItems", "Scan"];
    WireFaults::seeded(seed)
        .with(WireFault::Throttled, 0.05)
        .with(WireFault::FailsBefore, 0.05)
        .with(WireFault::Reset, 0.05)
        .with(WireFault::Slow, 0.05)
        .with_in(WireFault::FailsAfter, 0.05, &repeatable)
        .with_in(WireFault::ReplyLost, 0.05, &repeatable)
        .with_in(WireFault::Duplicated, 0.05, &repeatable)
}

/// A wire on which every other request fails.
fn worst_wire(seed: u64) -> WireFaults {
    WireFaults::seeded(seed)
        .with(WireFault::Throttled, 0.1)
        .with(WireFault::FailsBefore, 0.1)
        .with(WireFault::FailsAfter, 0.1)
        .with(WireFault::Reset, 0.1)
        .with(WireFault::ReplyLost, 0.1)
        .with(WireFault::Slow, 0.05)
}

/// A server for each fixture, behind one wire.
struct Behind {
    faults: WireFaults,
    max_retries: u32,
}

#[async_trait]
impl Harness for Behind {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        let server = EmbeddedDynamoDb::start().await?;
        let store = |client| {
            DynamoDbStore::builder(client, "sessions")
                .locking(true)
                .max_retries(self.max_retries)
                .clock_skew(CLOCK_SKEW)
                .clock(clock.clone())
                .timer(Impatient)
                .build()
        };
        let options = TableOptions { time_to_live: false, ..TableOptions::default() };
        store(server.client())?.create_table(&options).await?;
        let store = store(self.faults.under(&server.client()))?;
        let faults = self.faults.clone();
        let store = Excusing::new(store, move || faults.injected().doubtful);
        Ok(Fixture::full(Arc::new(store)).with_teardown(async { drop(server) }))
    }
}

/// A timer that does not wait.
#[derive(Debug)]
struct Impatient;

#[async_trait]
impl Timer for Impatient {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _duration: Duration) {
        tokio::task::yield_now().await;
    }
}

/// The seeds to try: more of them take minutes.
fn seeds(few: u64) -> Range<u64> {
    let given = env::var("FAULT_SEEDS").ok();
    0..given.map_or(few, |seeds| seeds.parse().expect("FAULT_SEEDS is a number"))
}

/// The test would prove nothing if nothing failed.
fn assert_of_every_kind(injected: &InjectedFaults, duplicates: bool) {
    println!("{injected}");
    let InjectedFaults { throttled, failed_before, failed_after, reset, .. } = *injected;
    let others = [injected.replies_lost, injected.slow];
    let kinds = [throttled, failed_before, failed_after, reset].into_iter().chain(others);
    assert!(kinds.min() > Some(5), "{injected}");
    assert_eq!(injected.duplicated > 5, duplicates, "{injected}");
}

#[tokio::test]
async fn every_case_passes_over_a_wire_that_fails() {
    for seed in seeds(1) {
        let harness = Behind { faults: suites_wire(seed), max_retries: 30 };
        for case in CASES {
            if UNRECOGNISED.contains(&case.name) {
                continue;
            }
            if let Err(failure) = case.run(&harness).await {
                panic!("seed {seed}, {case}: {failure}");
            }
        }
        assert_of_every_kind(&harness.faults.injected(), true);
    }
}

/// Calls fail as well, and what they say of what they left is true.
#[tokio::test]
async fn an_error_says_what_it_left_over_a_wire_that_fails() {
    let mut unknown = 0;
    for seed in seeds(6) {
        let faults = worst_wire(seed);
        let harness = Behind { faults: faults.clone(), max_retries: 1 };
        let doubts = || faults.injected().doubtful;
        let checked = check_outcomes(&harness, &doubts, seed, 300).await;
        match checked {
            Ok(outcomes) => {
                println!("{outcomes}");
                unknown += outcomes.unknown;
            }
            Err(failure) => panic!("seed {seed}: {failure}"),
        }
        assert_of_every_kind(&faults.injected(), false);
    }
    assert!(unknown > 100, "only {unknown} calls were of unknown outcome");
}
