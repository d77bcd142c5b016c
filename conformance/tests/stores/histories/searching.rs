//! Tests of a search with a failing harness or a hanging store, or that is killed.

use super::{counter_example, drawn};
use crate::calls::LoadCall;
use crate::content::RecognizesNothing;
use crate::in_steps;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::histories::{Failure, Options, Scheduling, check};
use session_conformance::{Fixture, Harness, Model, SetupError};
use session_core::Result;
use session_core::store::Snapshot;
use session_core::time::ManualClock;
use std::env;
use std::future::pending;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Finds nothing, and remembers that it reported so.
#[derive(Clone, Debug, Default)]
struct FindsNothing {
    has_answered: Arc<AtomicBool>,
}

#[async_trait]
impl Twist for FindsNothing {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let is_wrong = call.on(model).await?.is_some();
        self.has_answered.fetch_or(is_wrong, Ordering::SeqCst);
        Ok(None)
    }
}

/// The behavior of later set-ups, after the store has shown its fault.
enum Then {
    Fail,
    Panic,
    Hang,
}

/// A broken store that fails to set up a second history.
struct Once {
    store: FindsNothing,
    then: Then,
}

impl Once {
    fn then(then: Then) -> Self {
        Self { store: FindsNothing::default(), then }
    }
}

#[async_trait]
impl Harness for Once {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        if self.store.has_answered.load(Ordering::SeqCst) {
            match self.then {
                Then::Fail => return Err("no server".into()),
                Then::Panic => panic!("no server"),
                Then::Hang => pending().await,
            }
        }
        Ok(twisted(self.store.clone())(clock))
    }
}

#[test]
fn a_counter_example_outlives_a_harness_that_fails() {
    let options = drawn().regardless_of_the_environment();
    for then in [Then::Fail, Then::Panic] {
        counter_example(&Once::then(then), &options);
    }
    let options = options.max_history_time(Duration::from_millis(1));
    counter_example(&Once::then(Then::Hang), &options.max_shrink_time(Duration::from_millis(1)));
}

/// Sets up one store, for its declaration, and no other.
struct FailsAfterOne {
    set_ups: AtomicUsize,
    panics: bool,
}

#[async_trait]
impl Harness for FailsAfterOne {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        if self.set_ups.fetch_add(1, Ordering::SeqCst) == 0 {
            return Ok(Model::new(clock).into_fixture());
        }
        assert!(!self.panics, "no server");
        Err("no server".into())
    }
}

#[test]
fn a_harness_that_fails_is_asked_no_more() {
    let harness = FailsAfterOne { set_ups: AtomicUsize::new(0), panics: false };
    let failure = check(&harness, &drawn()).expect_err("there is no store");
    assert!(matches!(failure, Failure::Setup(_)), "{failure}");
    assert_eq!(harness.set_ups.into_inner(), 2);
}

#[test]
fn a_harness_that_panics_is_a_failure() {
    let harness = FailsAfterOne { set_ups: AtomicUsize::new(0), panics: true };
    let failure = check(&harness, &drawn()).expect_err("there is no store").to_string();
    assert!(failure.contains("no server"), "{failure}");
}

#[test]
fn a_store_that_tells_versions_by_content_is_rejected() {
    let harness = |clock: ManualClock| ruled(RecognizesNothing)(clock);
    let failure = check(&harness, &drawn()).expect_err("its writes have no tags");
    assert!(matches!(failure, Failure::Setup(_)), "{failure}");
}

/// A store whose loads never return.
async fn hangs(_: &Model, _: LoadCall<'_>) -> Result<Option<Snapshot>> {
    pending().await
}

#[test]
fn a_store_that_waits_for_ever_is_found() {
    let harness = |clock: ManualClock| twisted(in_steps::load(hangs))(clock);
    for scheduling in [Scheduling::Drawn, Scheduling::Threads] {
        let options = Options::new(scheduling).max_history_time(Duration::from_millis(50));
        let failure = check(&harness, &options).expect_err("it hangs");
        assert!(matches!(failure, Failure::Hangs { .. }), "{failure}");
        let failure = failure.to_string();
        assert!(failure.contains("client") && failure.contains("PROPTEST_RNG_SEED="), "{failure}");
    }
}

/// Starts the search. The caller must end the process.
#[test]
#[ignore = "needs to be killed, as the test below does"]
fn a_search_that_hangs() {
    let long = Duration::from_secs(30);
    let options = drawn().max_history_time(long).max_shrink_time(long);
    counter_example(&Once::then(Then::Hang), &options);
}

/// Uses the standard error, which the test harness does not capture.
#[test]
fn the_seed_is_reported_to_one_who_kills_the_search() {
    let this = env::current_exe().expect("a test is a file");
    let search = ["--exact", "--ignored", "histories::searching::a_search_that_hangs"];
    let mut search = Command::new(this)
        .args(search)
        .env("PROPTEST_RNG_SEED", "7")
        .env_remove("PROPTEST_CASES")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a test can be run");
    let said = BufReader::new(search.stderr.take().expect("it is piped"));
    let seeds = said.lines().map_while(std::result::Result::ok);
    let seeds = seeds.into_iter().find(|line| line.contains("PROPTEST_RNG_SEED="));
    search.kill().expect("it is under way");
    search.wait().expect("it was started");
    assert!(seeds.is_some(), "nothing is reported before the end");
}
