//! Stores that say the untruth of what a failure left, which only a store that fails can do.

use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::faults::check_outcomes;
use session_conformance::{Fixture, Lawful, Lock, Model, Rules};
use session_core::{
    Acquired, Change, Error, ErrorKind, Expect, Key, LockToken, LockingStore, ManualClock,
    Operation, Record, Result, SessionStore, Snapshot, Version,
};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Fails every fifth time, as a store does that is throttled now and then.
#[derive(Debug, Default)]
struct NowAndThen(AtomicU32);

impl NowAndThen {
    fn fails(&self) -> bool {
        self.0.fetch_add(1, Ordering::SeqCst) % 5 == 4
    }
}

fn unavailable(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::Unavailable)
}

/// Loses a reply, and says that nothing was applied.
#[derive(Debug, Default)]
struct SaysThatNothingWasApplied(NowAndThen);

#[async_trait]
impl Twist for SaysThatNothingWasApplied {
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        model.update(key, change, expect, version).await?;
        if self.0.fails() { Err(unavailable(Operation::Update)) } else { Ok(()) }
    }
}

/// Is throttled, and says that it may have been applied.
#[derive(Debug, Default)]
struct DoubtsForNoReason(NowAndThen);

#[async_trait]
impl Twist for DoubtsForNoReason {
    async fn create(
        &self,
        model: &Model,
        key: &Key,
        record: &Record,
        version: &Version,
    ) -> Result<()> {
        if self.0.fails() {
            return Err(unavailable(Operation::Create).with_unknown_outcome());
        }
        model.create(key, record, version).await
    }
}

/// Hears nothing of its write, and takes it for done.
#[derive(Debug, Default)]
struct TakesSilenceForSuccess(NowAndThen);

#[async_trait]
impl Twist for TakesSilenceForSuccess {
    async fn create(
        &self,
        model: &Model,
        key: &Key,
        record: &Record,
        version: &Version,
    ) -> Result<()> {
        if self.0.fails() { Ok(()) } else { model.create(key, record, version).await }
    }
}

/// Takes a failed read for an empty one.
#[derive(Debug, Default)]
struct AnswersAbsentOnAThrottle(NowAndThen);

#[async_trait]
impl Twist for AnswersAbsentOnAThrottle {
    async fn load(&self, model: &Model, key: &Key) -> Result<Option<Snapshot>> {
        if self.0.fails() { Ok(None) } else { model.load(key).await }
    }
}

/// Takes a failed attempt to lock for one on nothing.
#[derive(Debug, Default)]
struct AcquiresAbsentOnAThrottle(NowAndThen);

#[async_trait]
impl Twist for AcquiresAbsentOnAThrottle {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        if self.0.fails() { Ok(Acquired::Absent) } else { model.acquire(key, token, lease).await }
    }
}

/// Locks before it fails, and says that it did not.
#[derive(Debug, Default)]
struct LocksAndSaysItDidNot(NowAndThen);

#[async_trait]
impl Twist for LocksAndSaysItDidNot {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        let acquired = model.acquire(key, token, lease).await?;
        if self.0.fails() { Err(unavailable(Operation::Acquire)) } else { Ok(acquired) }
    }
}

/// A store whose calls never fail breaks these laws too: a random program finds it.
#[derive(Debug)]
struct HoldsForAnybody;

impl Rules for HoldsForAnybody {
    fn holds(&self, operation: Operation, lock: Option<&Lock>, token: &LockToken) -> bool {
        match operation {
            Operation::Update => lock.is_some(),
            _ => Lawful.holds(operation, lock, token),
        }
    }
}

async fn is_rejected(make: impl Fn(ManualClock) -> Fixture + Send + Sync) -> bool {
    let never_in_doubt = || 0;
    for seed in 0..8 {
        if check_outcomes(&make, &never_in_doubt, seed, 300).await.is_err() {
            return true;
        }
    }
    false
}

/// Declares a test per store that lies, which a random program on it must find.
macro_rules! rejects_outcomes {
    ($($store:ident = $fixture:expr;)*) => {
        $(#[tokio::test]
        async fn $store() {
            assert!(is_rejected(|clock: ManualClock| ($fixture)(clock)).await);
        })*

        /// The stores of this module.
        pub(super) const STORES: &[&str] = &[$(stringify!($store)),*];
    };
}

rejects_outcomes! {
    says_that_nothing_was_applied = twisted(SaysThatNothingWasApplied::default());
    doubts_for_no_reason = twisted(DoubtsForNoReason::default());
    takes_silence_for_success = twisted(TakesSilenceForSuccess::default());
    answers_absent_on_a_throttle = twisted(AnswersAbsentOnAThrottle::default());
    acquires_absent_on_a_throttle = twisted(AcquiresAbsentOnAThrottle::default());
    locks_and_says_it_did_not = twisted(LocksAndSaysItDidNot::default());
    updates_for_anybody = ruled(HoldsForAnybody);
}

#[tokio::test]
async fn the_lawful_model_is_not_rejected() {
    assert!(!is_rejected(|clock: ManualClock| Model::new(clock).into_fixture()).await);
}
