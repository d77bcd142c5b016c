//! Stores whose errors report a wrong outcome, over a store that fails.

use crate::broken::locks::any_lock_is_held;
use crate::calls::{AcquireCall, CreateCall, LoadCall, UpdateCall};
use crate::content::{RecognizesEqualContent, RecognizesNothing};
use crate::in_steps;
use crate::twist::{Twist, twisted_over};
use session_conformance::faults::{Fault, FaultPlan, Faulty, Outcomes, check_outcomes};
use session_conformance::{Failure, Lawful, Model, Rules};
use session_core::error::Operation;
use session_core::store::{Acquired, Snapshot};
use session_core::time::ManualClock;
use session_core::{Error, ErrorKind, Result};
use std::result::Result as StdResult;
use std::sync::{Arc, OnceLock};

/// A model that is throttled and loses replies, and reports outcomes correctly.
type Failing = Faulty<Model>;

/// Reports outcomes correctly.
#[derive(Debug)]
struct SaysTheTruth;

impl Twist<Failing> for SaysTheTruth {}

/// Loses a reply, and reports that nothing was applied.
async fn denies_updates(store: &Failing, call: UpdateCall<'_>) -> Result<()> {
    call.on(store).await.map_err(undoubted)
}

/// The same failure, reported as one that changed nothing.
fn undoubted(error: Error) -> Error {
    if is_failure(&error) { Error::new(error.operation(), error.kind()) } else { error }
}

fn is_failure(error: &Error) -> bool {
    error.kind() == ErrorKind::Unavailable
}

/// Is throttled, and reports that the call may have been applied.
async fn doubts_creations(store: &Failing, call: CreateCall<'_>) -> Result<()> {
    let created = call.on(store).await;
    created.map_err(|error| if is_failure(&error) { error.with_unknown_outcome() } else { error })
}

/// Gets no reply to a write, and reports success.
async fn creates_in_silence(store: &Failing, call: CreateCall<'_>) -> Result<()> {
    unless_it_fails(call.on(store).await, ())
}

/// The answer, or this default if the store failed.
fn unless_it_fails<T>(answer: Result<T>, otherwise: T) -> Result<T> {
    answer.or_else(|error| if is_failure(&error) { Ok(otherwise) } else { Err(error) })
}

/// Reports a failed read as an absent record.
async fn loads_nothing_on_a_throttle(
    store: &Failing,
    call: LoadCall<'_>,
) -> Result<Option<Snapshot>> {
    unless_it_fails(call.on(store).await, None)
}

/// Reports a failed attempt to lock as one on an absent record.
async fn finds_nothing_on_a_throttle(store: &Failing, call: AcquireCall<'_>) -> Result<Acquired> {
    unless_it_fails(call.on(store).await, Acquired::Absent)
}

/// Locks before it fails, and reports that it did not.
async fn denies_locks(store: &Failing, call: AcquireCall<'_>) -> Result<Acquired> {
    call.on(store).await.map_err(undoubted)
}

/// One in four of these operations fails, half of them before they take effect.
fn failures(seed: u64, operations: &[Operation]) -> FaultPlan {
    FaultPlan::seeded(seed)
        .by_chance(0.125, Fault::FailsBefore, operations.iter().copied())
        .by_chance(0.125, Fault::FailsAfter, operations.iter().copied())
}

/// A store over a model whose operations sometimes fail.
struct Over<R, T> {
    rules: fn() -> R,
    twist: fn() -> T,
    failing: &'static [Operation],
}

impl<R: Rules, T: Twist<Failing>> Over<R, T> {
    /// The violations that random programs find, one for each seed.
    async fn violations(&self) -> Vec<String> {
        let (mut violations, mut injected) = (Vec::new(), 0);
        for seed in 0..8 {
            let (checked, faults) = self.check(seed).await;
            injected += faults;
            match checked {
                Ok(_) => {}
                Err(Failure::Violation(violation)) => violations.push(violation.to_string()),
                Err(failure) => panic!("seed {seed}: {failure}"),
            }
        }
        assert!(injected > 8, "only {injected} calls failed");
        violations
    }

    async fn check(&self, seed: u64) -> (StdResult<Outcomes, Failure>, u64) {
        let Self { rules, twist, failing } = self;
        let store = OnceLock::new();
        let harness = |clock: ManualClock| {
            let failing = || Faulty::new(model(clock, rules()), failures(seed, failing));
            twisted_over(Arc::clone(store.get_or_init(|| Arc::new(failing()))), twist())
        };
        let doubts = || store.get().map_or(0, |store| store.injected().doubtful);
        let checked = check_outcomes(&harness, &doubts, seed, 300).await;
        (checked, store.get().map_or(0, |store| store.injected().total()))
    }

    async fn assert_rejected(&self, words: &str) {
        let violations = self.violations().await;
        let is_named = violations.iter().any(|violation| violation.contains(words));
        assert!(is_named, "{words:?} is not what they say: {violations:#?}");
    }
}

fn model(clock: ManualClock, rules: impl Rules) -> Model {
    Model::with_rules(clock, Arc::new(rules))
}

/// Declares a test per broken store.
///
/// A row has the rules of the store, its twist of the answers of a failing store, and the text of
/// the violation that a random program must find.
macro_rules! rejects_outcomes {
    ($($store:ident = $rules:expr, $twist:expr, over failing $operation:ident => $words:literal;)*) => {
        $(#[tokio::test]
        async fn $store() {
            let failing = &[Operation::$operation];
            let over = Over { rules: || $rules, twist: || $twist, failing };
            over.assert_rejected($words).await;
        })*

        /// The stores of this module, with the text of their violation.
        pub(super) const STORES: &[(&str, &str)] = &[$((stringify!($store), $words)),*];
    };
}

rejects_outcomes! {
    says_that_nothing_was_applied = Lawful, in_steps::update(denies_updates), over failing Update
        => "update, and the load after its failure: Loaded(Some(";
    doubts_for_no_reason = Lawful, in_steps::create(doubts_creations), over failing Create
        => "create: doubted for no reason";
    takes_silence_for_success = Lawful, in_steps::create(creates_in_silence), over failing Create
        => "create: Done instead of [AlreadyExists]";
    answers_absent_on_a_throttle = Lawful, in_steps::load(loads_nothing_on_a_throttle), over failing Load
        => "load: Loaded(None) instead of [Loaded(Some(";
    acquires_absent_on_a_throttle = Lawful, in_steps::acquire(finds_nothing_on_a_throttle), over failing Acquire
        => "acquire: Acquired(Absent) instead of [Acquired(Locked(";
    locks_and_says_it_did_not = Lawful, in_steps::acquire(denies_locks), over failing Acquire
        => "acquire: Acquired(Busy { remaining: None }) instead of [Acquired(Locked(";
    recognizes_equal_content_after_a_failure = RecognizesEqualContent, SaysTheTruth, over failing Create
        => "create: Done instead of [AlreadyExists]";
    updates_for_anybody = any_lock_is_held(Operation::Update), SaysTheTruth, over failing Update
        => "update: Done instead of [LockLost]";
}

/// The sound store passes, so the others are rejected for what they report.
#[tokio::test]
async fn a_store_that_fails_and_says_the_truth_is_not_rejected() {
    let over = Over { rules: || Lawful, twist: || SaysTheTruth, failing: &FaultPlan::OPERATIONS };
    assert_eq!(over.violations().await, [""; 0]);
    let (rules, twist) = (|| RecognizesNothing, || SaysTheTruth);
    let over = Over { rules, twist, failing: &FaultPlan::OPERATIONS };
    assert_eq!(over.violations().await, [""; 0]);
}
