//! The store satisfies the laws over a wire with every kind of failure.

use async_trait::async_trait;
use session_conformance::faults::{
    AmbiguityFilter, Fault, FaultPlan, UNRECOGNISED, UnderFaults, check_outcomes,
};
use session_conformance::{CASES, CLOCK_SKEW, Fixture, Harness, Requirement, SetupError};
use session_core::store::PayloadKind;
use session_core::time::{ManualClock, Timer};
use session_dynamodb::{
    DynamoDbStore, EmbeddedDynamoDb, InjectedFaults, Profile, TableOptions, WireFault, WireFaults,
};
use std::env;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// The requests whose second delivery changes nothing.
const IDEMPOTENT: [&str; 4] = ["GetItem", "UpdateItem", "TransactWriteItems", "Scan"];

/// The same without the writes of a table without tags.
///
/// There, the second delivery is rejected, as if another client had written.
const IDEMPOTENT_WITHOUT_TAGS: [&str; 3] = ["GetItem", "TransactWriteItems", "Scan"];

/// A wire with every fault for every request, except lost replies to deletions.
///
/// The retry of such a deletion would find nothing, and the cases depend on the first result.
fn suites_wire(seed: u64, idempotent: &[&'static str]) -> WireFaults {
    WireFaults::seeded(seed)
        .with(WireFault::Throttled, 0.05)
        .with(WireFault::FailsBefore, 0.05)
        .with(WireFault::Reset, 0.05)
        .with(WireFault::Slow, 0.05)
        .with_in(WireFault::FailsAfter, 0.05, &IDEMPOTENT)
        .with_in(WireFault::ReplyLost, 0.05, &IDEMPOTENT)
        .with_in(WireFault::TimesOut, 0.05, &IDEMPOTENT)
        .with_in(WireFault::Duplicated, 0.05, idempotent)
}

/// A wire on which every other request fails, and some arrive twice.
fn worst_wire(seed: u64, idempotent: &[&'static str]) -> WireFaults {
    WireFaults::seeded(seed)
        .with(WireFault::Throttled, 0.1)
        .with(WireFault::FailsBefore, 0.1)
        .with(WireFault::FailsAfter, 0.1)
        .with(WireFault::Reset, 0.1)
        .with(WireFault::ReplyLost, 0.1)
        .with(WireFault::TimesOut, 0.1)
        .with_in(WireFault::Duplicated, 0.1, idempotent)
        .with_in(WireFault::Duplicated, 0.1, &["DeleteItem"])
        .with(WireFault::Slow, 0.05)
}

/// A server for each fixture, behind one wire.
struct Behind {
    faults: WireFaults,
    max_retries: u32,
    kind: PayloadKind,
    profile: Option<Profile>,
}

impl Behind {
    fn new(faults: WireFaults, max_retries: u32) -> Self {
        Self { faults, max_retries, kind: PayloadKind::Text, profile: None }
    }

    fn store(
        &self,
        client: aws_sdk_dynamodb::Client,
        clock: ManualClock,
    ) -> Result<DynamoDbStore, SetupError> {
        let mut builder = DynamoDbStore::builder(client, "sessions")
            .data_attribute_type(self.kind)
            .locking(true)
            .max_retries(self.max_retries)
            .clock_skew(CLOCK_SKEW)
            .clock(clock)
            .timer(Impatient);
        if let Some(profile) = self.profile {
            builder = builder.profile(profile);
        }
        Ok(builder.build()?)
    }
}

#[async_trait]
impl Harness for Behind {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        let server = EmbeddedDynamoDb::start().await?;
        let options = TableOptions { time_to_live: false, ..TableOptions::default() };
        self.store(server.client(), clock.clone())?.create_table(&options).await?;
        let store = self.store(self.faults.under(&server.client()), clock)?;
        let faults = self.faults.clone();
        let store = AmbiguityFilter::new(store, move || faults.injected().doubtful);
        Ok(Fixture::full(Arc::new(store)).with_teardown(async { drop(server) }))
    }
}

/// Runs every case, except those that a lost reply decides and the excepted ones.
async fn assert_withstands(harness: &dyn Harness, seed: u64, excepted: &[&str]) {
    let mut failures = Vec::new();
    let is_decided = |name| UNRECOGNISED.contains(name) || excepted.contains(name);
    for case in CASES.iter().filter(|case| !is_decided(&case.name)) {
        if let Err(failure) = case.run(harness).await {
            failures.push(format!("{case}: {failure}"));
        }
    }
    assert!(failures.is_empty(), "seed {seed}:\n{}", failures.join("\n"));
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

/// The seeds of a run. More of them take minutes.
fn seeds(few: u64) -> Range<u64> {
    let given = env::var("FAULT_SEEDS").ok();
    0..given.map_or(few, |seeds| seeds.parse().expect("FAULT_SEEDS is a number"))
}

/// Checks that faults occurred, without which the test would prove nothing.
fn assert_of_every_kind(injected: &InjectedFaults) {
    println!("{injected}");
    let InjectedFaults { throttled, failed_before, failed_after, reset, .. } = *injected;
    let InjectedFaults { replies_lost, timed_out, duplicated, slow, .. } = *injected;
    let failed = [throttled, failed_before, failed_after, reset, replies_lost, timed_out];
    let kinds = failed.into_iter().chain([duplicated, slow]);
    assert!(kinds.min() > Some(1), "{injected}");
}

/// The cases with hundreds of calls.
///
/// The budget of retries ends before such a case does. In the first one, a failed attempt counts as
/// one that found the lock busy.
const OUT_OF_BUDGET: [&str; 3] = [
    "wake_ups_that_come_too_early_bring_few_attempts",
    "dropped_calls_leak_no_resource",
    "more_than_a_thousand_live_records_are_kept",
];

#[tokio::test]
async fn every_case_passes_over_a_wire_that_fails() {
    for seed in seeds(1) {
        let harness = Behind::new(suites_wire(seed, &IDEMPOTENT), 30);
        assert_withstands(&harness, seed, &OUT_OF_BUDGET).await;
        assert_of_every_kind(&harness.faults.injected());
    }
}

#[tokio::test]
#[ignore = "runs in CI"]
async fn every_case_passes_over_a_wire_that_fails_with_binary() {
    for seed in seeds(1) {
        let wire = suites_wire(seed, &IDEMPOTENT);
        let harness = Behind { kind: PayloadKind::Binary, ..Behind::new(wire, 30) };
        assert_withstands(&harness, seed, &OUT_OF_BUDGET).await;
        assert_of_every_kind(&harness.faults.injected());
    }
}

/// The cases that write the same data again, if content is the version.
///
/// If the reply to the second write is lost and its retry finds the first write, the store treats
/// the first as the second (decision 0013).
fn taken_for_a_retry() -> Vec<&'static str> {
    let by_name = [
        "of_equal_updates_expecting_one_version_exactly_one_wins",
        "changes_of_one_piece_are_a_conflict",
        "an_update_that_changes_nothing_is_a_write",
        "undeclared_capabilities_are_rejected",
    ];
    let needs_tags = CASES.iter().filter(|case| case.needs.contains(&Requirement::Tags));
    by_name.into_iter().chain(needs_tags.map(|case| case.name)).collect()
}

#[tokio::test]
#[ignore = "runs in CI"]
async fn every_case_passes_over_a_wire_that_fails_in_a_table_that_is_shared_with_php() {
    for seed in seeds(1) {
        let wire = suites_wire(seed, &IDEMPOTENT_WITHOUT_TAGS);
        let harness = Behind { profile: Some(Profile::AsyncAws), ..Behind::new(wire, 30) };
        let excepted = [&taken_for_a_retry()[..], &OUT_OF_BUDGET].concat();
        assert_withstands(&harness, seed, &excepted).await;
        assert_of_every_kind(&harness.faults.injected());
    }
}

/// A request that was sent may still arrive, but before later requests.
///
/// The server and its clients share one thread.
#[tokio::test]
async fn every_case_passes_where_futures_are_dropped() {
    for seed in seeds(1) {
        let drops = (1..=8).fold(FaultPlan::seeded(seed), |plan, polls| {
            plan.by_chance(0.1, Fault::Drops(polls), FaultPlan::REPEATABLE)
        });
        let harness = UnderFaults::new(Behind::new(WireFaults::seeded(seed), 0), drops);
        assert_withstands(&harness, seed, &[]).await;
        let injected = harness.injected();
        println!("{injected}");
        assert!(injected.dropped > 100, "{injected}");
    }
}

/// Calls fail as well, and their errors report the outcome correctly.
async fn assert_true_outcomes(
    wire: fn(u64) -> WireFaults,
    profile: Option<Profile>,
    seeds: Range<u64>,
) {
    let mut unknown = 0;
    for seed in seeds {
        let faults = wire(seed);
        let harness = Behind { profile, ..Behind::new(faults.clone(), 1) };
        let doubts = || faults.injected().doubtful;
        match check_outcomes(&harness, &doubts, seed, 300).await {
            Ok(outcomes) => {
                println!("{outcomes}");
                unknown += outcomes.unknown;
            }
            Err(failure) => panic!("seed {seed}: {failure}"),
        }
        assert_of_every_kind(&faults.injected());
    }
    assert!(unknown > 40, "only {unknown} calls were of unknown outcome");
}

#[tokio::test]
async fn an_error_says_what_it_left_over_a_wire_that_fails() {
    assert_true_outcomes(|seed| worst_wire(seed, &IDEMPOTENT), None, seeds(6)).await;
}

#[tokio::test]
async fn an_error_says_what_it_left_in_a_table_that_is_shared_with_php() {
    let wire = |seed| worst_wire(seed, &IDEMPOTENT_WITHOUT_TAGS);
    assert_true_outcomes(wire, Some(Profile::AsyncAws), seeds(3)).await;
}
