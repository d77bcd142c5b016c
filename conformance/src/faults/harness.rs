use super::injected::Tally;
use super::{AmbiguityFilter, FaultPlan, Faulty, Injected, Retrying};
use crate::composite_store::CompositeStore;
use crate::handle::SecondHandle;
use crate::{Fixture, Harness, SetupError};
use async_trait::async_trait;
use session_core::store::{CollectingStore, LockingStore};
use session_core::time::ManualClock;
use std::num::NonZeroU32;
use std::sync::Arc;

/// The cases that can fail after a lost reply, as the retry is not recognizable.
///
/// In the first a touch to an earlier expiry releases a lock, and a touch that released is recognized
/// by its expiry alone; in the others another handle or thread writes before the repetition. In all
/// of them the answer is a rejection of unknown outcome, as it should be.
pub const UNRECOGNISED: [&str; 15] = [
    "a_touch_that_moves_nothing_still_releases",
    "concurrent_changes_of_pieces_are_merged_or_conflict",
    "writes_of_successive_holders_are_kept",
    "of_creators_on_threads_one_wins",
    "of_updates_of_one_version_on_threads_one_wins",
    "of_deletions_on_threads_one_finds_the_session",
    "an_update_on_a_thread_revives_nothing",
    "a_touch_on_a_thread_undoes_no_write",
    "of_rotations_on_threads_one_wins",
    "of_contenders_on_threads_one_locks",
    "a_takeover_on_a_thread_reads_the_last_write",
    "two_calls_at_once_are_one_after_the_other",
    "two_calls_under_a_lock_are_one_after_the_other",
    "two_calls_after_a_lease_are_one_after_the_other",
    "two_calls_after_the_expiry_are_one_after_the_other",
];

/// A harness whose stores fail by a plan.
///
/// Their calls are repeated identically, so they must pass every case all the same, as long as the
/// plan loses no reply that cannot be given twice: see [`FaultPlan::REPEATABLE`], and the cases
/// of [`UNRECOGNISED`]. Each fixture follows the plan from its beginning.
///
/// ```
/// use session_conformance::faults::{Fault, FaultPlan, UNRECOGNISED, UnderFaults};
/// use session_conformance::{CASES, Model, Passed};
/// use session_core::time::ManualClock;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), session_conformance::Failure> {
/// let plan = FaultPlan::seeded(42)
///     .by_chance(0.3, Fault::FailsBefore, FaultPlan::OPERATIONS)
///     .by_chance(0.3, Fault::FailsAfter, FaultPlan::REPEATABLE);
/// let harness = UnderFaults::new(|clock: ManualClock| Model::new(clock).into_fixture(), plan);
/// let recognized = CASES.iter().filter(|case| !UNRECOGNISED.contains(&case.name));
/// for case in recognized.filter(|case| case.group == "fencing") {
///     assert_eq!(case.run(&harness).await?, Passed::Kept, "{case}");
/// }
/// assert!(harness.injected().failed_after > 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct UnderFaults<H> {
    harness: H,
    plan: FaultPlan,
    tally: Tally,
    retries: bool,
}

/// How often a call is made before its failure is passed on.
const ATTEMPTS: NonZeroU32 = NonZeroU32::new(64).expect("it is not zero");

impl<H> UnderFaults<H> {
    /// The stores of `harness`, which fail by `plan` and are asked again.
    pub fn new(harness: H, plan: FaultPlan) -> Self {
        Self { harness, plan, tally: Tally::default(), retries: true }
    }

    /// The same, whose failures reach the caller: for
    /// [`check_outcomes`](crate::faults::check_outcomes).
    #[must_use]
    pub fn without_retries(self) -> Self {
        Self { retries: false, ..self }
    }

    /// How many faults were injected into all of its stores.
    pub fn injected(&self) -> Injected {
        self.tally.read()
    }
}

#[async_trait]
impl<H: Harness> Harness for UnderFaults<H> {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        let fixture = self.harness.fixture(clock).await?;
        let faulty =
            Faulty::counted(CompositeStore::of(&fixture), self.plan.clone(), self.tally.clone());
        if !self.retries {
            return Ok(replaced(fixture, Arc::new(faulty)));
        }
        let tally = self.tally.clone();
        let retrying = Retrying::new(faulty, ATTEMPTS);
        let excusing = AmbiguityFilter::new(retrying, move || tally.read().doubtful);
        Ok(replaced(fixture, Arc::new(excusing)))
    }
}

/// The fixture with another store, by the same traits.
fn replaced<S: LockingStore + CollectingStore>(fixture: Fixture, store: Arc<S>) -> Fixture {
    let handle = fixture.handle.replaced_by(store);
    Fixture { handle, second: SecondHandle::NotGiven, ..fixture }
}
