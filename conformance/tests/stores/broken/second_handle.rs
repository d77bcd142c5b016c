//! Faults that show only with two handles: state that a handle has in its process.

use crate::broken::rejects;
use crate::calls::{
    AcquireCall, CreateCall, LoadCall, RenewCall, RotateCall, SweepCall, UpdateCall,
};
use crate::twist::{Twist, twisted, two_handles};
use crate::waking::Wakes;
use async_trait::async_trait;
use futures_util::lock::Mutex as AsyncMutex;
use session_conformance::runner::Runner;
use session_conformance::{Harness, Model};
use session_core::error::Operation;
use session_core::store::{Acquired, Freshness, Key, LockToken, SessionStore, Snapshot, Sweep};
use session_core::time::{ManualClock, Timestamp};
use session_core::{Error, ErrorKind, Result};
use std::collections::BTreeSet;
use std::sync::Mutex;
use tokio::task::yield_now;

const POISONED: &str = "no test panics under this lock";

/// Has its locks in the process, and does not see those of other processes.
#[derive(Debug, Default)]
struct SeesItsOwnLocksAlone(Mutex<Vec<LockToken>>);

#[async_trait]
impl Twist for SeesItsOwnLocksAlone {
    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        self.0.lock().expect(POISONED).push(call.token.clone());
        model.with_rows(|rows| {
            let Some(row) = rows.get_mut(call.key) else { return };
            let own = self.0.lock().expect(POISONED);
            row.lock.take_if(|lock| !own.contains(&lock.token));
        });
        call.on(model).await
    }
}

/// Renews only the locks that it acquired itself.
#[derive(Debug, Default)]
struct RenewsItsOwnLocksAlone(Mutex<Vec<LockToken>>);

#[async_trait]
impl Twist for RenewsItsOwnLocksAlone {
    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        self.0.lock().expect(POISONED).push(call.token.clone());
        call.on(model).await
    }

    async fn renew(&self, model: &Model, call: RenewCall<'_>) -> Result<Timestamp> {
        if !self.0.lock().expect(POISONED).contains(call.token) {
            return Err(Error::new(Operation::Renew, ErrorKind::LockLost));
        }
        call.on(model).await
    }
}

/// Checks for the key and then writes, under a mutex of its process.
#[derive(Debug, Default)]
struct CreatesUnderAMutex(AsyncMutex<()>);

#[async_trait]
impl Twist for CreatesUnderAMutex {
    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        let _alone = self.0.lock().await;
        let is_free = model.load(call.key, Freshness::AsConfigured).await?.is_none();
        yield_now().await;
        if is_free {
            model.with_rows(|rows| rows.remove(call.key));
        }
        call.on(model).await
    }

    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        let _alone = self.0.lock().await;
        call.on(model).await
    }
}

/// Compares the version, and writes a moment later, under a mutex of its process.
#[derive(Debug, Default)]
struct UpdatesUnderAMutex(AsyncMutex<()>);

#[async_trait]
impl Twist for UpdatesUnderAMutex {
    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        let _alone = self.0.lock().await;
        call.on(model).await
    }

    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        let _alone = self.0.lock().await;
        let seen = model.with_rows(|rows| rows.get(call.key).cloned());
        yield_now().await;
        model.with_rows(|rows| {
            if let (Some(row), Some(seen)) = (rows.get_mut(call.key), seen) {
                row.version = seen.version;
            }
        });
        call.on(model).await
    }
}

/// Remembers absent keys until it creates them itself.
#[derive(Debug, Default)]
struct RemembersMisses(AsyncMutex<BTreeSet<Key>>);

#[async_trait]
impl Twist for RemembersMisses {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let mut misses = self.0.lock().await;
        if misses.contains(call.key) {
            return Ok(None);
        }
        let found = call.on(model).await?;
        if found.is_none() {
            misses.insert(call.key.clone());
        }
        Ok(found)
    }

    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        let mut misses = self.0.lock().await;
        misses.remove(call.key);
        call.on(model).await
    }

    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        let mut misses = self.0.lock().await;
        misses.remove(call.new);
        call.on(model).await
    }
}

/// Collects only what it created, because its index is in the process.
#[derive(Debug, Default)]
struct CollectsItsOwnAlone(Mutex<BTreeSet<Key>>);

#[async_trait]
impl Twist for CollectsItsOwnAlone {
    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        self.0.lock().expect(POISONED).insert(call.key.clone());
        call.on(model).await
    }

    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        self.0.lock().expect(POISONED).insert(call.new.clone());
        call.on(model).await
    }

    async fn sweep(&self, model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
        let own = self.0.lock().expect(POISONED).clone();
        let others = model
            .with_rows(|rows| rows.extract_if(.., |key, _| !own.contains(key)).collect::<Vec<_>>());
        let sweep = call.on(model).await;
        model.with_rows(|rows| rows.extend(others));
        sweep
    }
}

rejects! {
    sees_its_own_locks_alone = two_handles(SeesItsOwnLocksAlone::default)
        => [
            of_many_contenders_exactly_one_locks,
        ] and by chance [
            a_waiter_gets_in_soon_after_a_release,
            a_waiter_gets_the_lock_when_the_lease_has_lapsed,
            waiting_for_another_process_ends_at_the_deadline,
            delays_grow_between_the_minimum_and_the_maximum,
        ];
    renews_its_own_locks_alone = two_handles(RenewsItsOwnLocksAlone::default)
        => [
            a_renewal_keeps_the_token,
        ] and by chance [
            a_lock_that_was_seen_held_ends_in_a_lock_timeout,
            waiting_for_another_process_ends_at_the_deadline,
        ];
    creates_under_a_mutex = two_handles(CreatesUnderAMutex::default)
        => [of_many_creators_exactly_one_wins];
    updates_under_a_mutex = two_handles(UpdatesUnderAMutex::default)
        => [
            concurrent_changes_of_pieces_are_merged_or_conflict,
            of_equal_updates_expecting_one_version_exactly_one_wins,
            of_many_updates_expecting_one_version_exactly_one_wins,
        ];
    remembers_misses = two_handles(RemembersMisses::default)
        => [
            a_reader_finds_a_rotating_record_at_one_key,
            a_record_that_is_expired_already_is_not_created,
            a_repeated_creation_is_judged_by_the_record,
        ];
    collects_its_own_alone = two_handles(CollectsItsOwnAlone::default)
        => [a_sweep_deletes_expired_records];
    wakes_its_own_waiters_alone = two_handles(Wakes::declaring_all_handles)
        => [
            a_watch_reports_a_release_before_the_wait,
        ] and by chance [a_waiter_gets_in_soon_after_a_release];
}

/// One handle of each store passes every case: only two show the fault.
#[test]
fn one_handle_passes() {
    fn assert_passes(harness: impl Harness + 'static) {
        let report = Runner::new(harness).run();
        assert!(report.passed(), "{}", report.to_table());
    }
    assert_passes(|clock: ManualClock| twisted(SeesItsOwnLocksAlone::default())(clock));
    assert_passes(|clock: ManualClock| twisted(RenewsItsOwnLocksAlone::default())(clock));
    assert_passes(|clock: ManualClock| twisted(CreatesUnderAMutex::default())(clock));
    assert_passes(|clock: ManualClock| twisted(UpdatesUnderAMutex::default())(clock));
    assert_passes(|clock: ManualClock| twisted(RemembersMisses::default())(clock));
    assert_passes(|clock: ManualClock| twisted(CollectsItsOwnAlone::default())(clock));
    assert_passes(|clock: ManualClock| twisted(Wakes::declaring_all_handles())(clock));
}
