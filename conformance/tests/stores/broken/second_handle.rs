//! Faults that show only with two handles: state that a handle has in its process.

use crate::broken::rejects;
use crate::twist::{Twist, twisted, two_handles};
use crate::waking::Wakes;
use async_trait::async_trait;
use futures_util::lock::Mutex as AsyncMutex;
use session_conformance::runner::Runner;
use session_conformance::{Harness, Model};
use session_core::error::Operation;
use session_core::store::{
    Acquired, Change, CollectingStore, Cursor, Expect, Freshness, Key, LockToken, LockingStore,
    Record, SessionStore, Snapshot, Sweep, SweepBudget, Tag,
};
use session_core::time::{ManualClock, Timestamp};
use session_core::{Error, ErrorKind, Result};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;
use tokio::task::yield_now;

const POISONED: &str = "no test panics under this lock";

/// Has its locks in the process, and does not see those of other processes.
#[derive(Debug, Default)]
struct SeesItsOwnLocksAlone(Mutex<Vec<LockToken>>);

#[async_trait]
impl Twist for SeesItsOwnLocksAlone {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        self.0.lock().expect(POISONED).push(token.clone());
        model.with_rows(|rows| {
            let Some(row) = rows.get_mut(key) else { return };
            let own = self.0.lock().expect(POISONED);
            row.lock.take_if(|lock| !own.contains(&lock.token));
        });
        model.acquire(key, token, lease).await
    }
}

/// Renews only the locks that it acquired itself.
#[derive(Debug, Default)]
struct RenewsItsOwnLocksAlone(Mutex<Vec<LockToken>>);

#[async_trait]
impl Twist for RenewsItsOwnLocksAlone {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        self.0.lock().expect(POISONED).push(token.clone());
        model.acquire(key, token, lease).await
    }

    async fn renew(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Timestamp> {
        if !self.0.lock().expect(POISONED).contains(token) {
            return Err(Error::new(Operation::Renew, ErrorKind::LockLost));
        }
        model.renew(key, token, lease).await
    }
}

/// Checks whether the key is free, and writes a moment later, under a mutex of its process.
#[derive(Debug, Default)]
struct CreatesUnderAMutex(AsyncMutex<()>);

#[async_trait]
impl Twist for CreatesUnderAMutex {
    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        let _alone = self.0.lock().await;
        let is_free = model.load(key, Freshness::AsConfigured).await?.is_none();
        yield_now().await;
        if is_free {
            model.with_rows(|rows| rows.remove(key));
        }
        model.create(key, record, version).await
    }
}

/// Compares the version, and writes a moment later, under a mutex of its process.
#[derive(Debug, Default)]
struct UpdatesUnderAMutex(AsyncMutex<()>);

#[async_trait]
impl Twist for UpdatesUnderAMutex {
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let _alone = self.0.lock().await;
        let seen = model.with_rows(|rows| rows.get(key).cloned());
        yield_now().await;
        model.with_rows(|rows| {
            if let (Some(row), Some(seen)) = (rows.get_mut(key), seen) {
                row.version = seen.version;
            }
        });
        model.update(key, change, expect, version).await
    }
}

/// Remembers absent keys until it creates them itself.
#[derive(Debug, Default)]
struct RemembersMisses(AsyncMutex<BTreeSet<Key>>);

#[async_trait]
impl Twist for RemembersMisses {
    async fn load(&self, model: &Model, key: &Key, read: Freshness) -> Result<Option<Snapshot>> {
        let mut misses = self.0.lock().await;
        if misses.contains(key) {
            return Ok(None);
        }
        let found = model.load(key, read).await?;
        if found.is_none() {
            misses.insert(key.clone());
        }
        Ok(found)
    }

    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        let mut misses = self.0.lock().await;
        misses.remove(key);
        model.create(key, record, version).await
    }

    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &session_core::store::Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let mut misses = self.0.lock().await;
        misses.remove(new);
        model.rotate(old, new, rotation, expect, version).await
    }
}

/// Collects only records that it created itself, because its index of expiries is in the process.
#[derive(Debug, Default)]
struct CollectsItsOwnAlone(Mutex<BTreeSet<Key>>);

#[async_trait]
impl Twist for CollectsItsOwnAlone {
    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.0.lock().expect(POISONED).insert(key.clone());
        model.create(key, record, version).await
    }

    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &session_core::store::Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.0.lock().expect(POISONED).insert(new.clone());
        model.rotate(old, new, rotation, expect, version).await
    }

    async fn sweep(
        &self,
        model: &Model,
        budget: &SweepBudget,
        from: Option<&Cursor>,
    ) -> Result<Sweep> {
        let own = self.0.lock().expect(POISONED).clone();
        let others = model
            .with_rows(|rows| rows.extract_if(.., |key, _| !own.contains(key)).collect::<Vec<_>>());
        let sweep = model.sweep(budget, from).await;
        model.with_rows(|rows| rows.extend(others));
        sweep
    }
}

rejects! {
    sees_its_own_locks_alone = two_handles(SeesItsOwnLocksAlone::default)
    => [
        a_clock_that_jumps_back_frees_no_lock,
        a_dropped_acquisition_moves_the_expiry_with_the_lock,
        a_dropped_renewal_loses_no_lock,
        a_dropped_rotation_ends_the_lock_or_leaves_it,
        a_lapsed_lock_is_taken_over,
        a_lock_is_not_taken_over_within_lease_and_skew,
        a_lock_that_was_seen_held_ends_in_a_lock_timeout,
        a_release_after_a_failed_write_is_waited_for_briefly,
        a_renewal_whose_reply_is_lost_loses_no_lock,
        a_renewal_without_an_answer_costs_no_lock,
        a_renewed_lock_stands_longer,
        a_repeated_touch_does_not_release_the_next_holders_lock,
        a_session_can_be_locked_up_to_its_expiry,
        a_touch_passes_a_live_lock_and_keeps_it,
        a_wall_clock_that_jumps_moves_no_deadline,
        acquire_of_a_held_lock_is_busy,
        an_upgrade_waits_for_the_lock_and_reads_again,
        of_many_contenders_exactly_one_locks,
        of_many_contenders_for_an_expiring_session_one_locks,
        of_many_takers_over_exactly_one_wins,
        releasing_twice_frees_no_later_lock,
        the_holder_writes_and_keeps_its_lock,
        writes_of_successive_holders_are_kept,
    ] and by chance [
        a_waiter_gets_in_soon_after_a_release,
        a_waiter_gets_the_lock_when_the_lease_has_lapsed,
        waiting_for_another_process_ends_at_the_deadline,
        delays_grow_between_the_minimum_and_the_maximum
    ];
    renews_its_own_locks_alone = two_handles(RenewsItsOwnLocksAlone::default)
    => [
        a_clock_that_jumps_back_frees_no_lock,
        a_dropped_release_frees_the_lock_or_leaves_it,
        a_dropped_renewal_loses_no_lock,
        a_dropped_renewal_moves_the_expiry_with_the_lock,
        a_dropped_touch_releases_only_with_its_expiry,
        a_dropped_update_releases_only_with_its_write,
        a_held_lock_and_another_version_is_a_conflict,
        a_holder_may_write_late_if_nobody_took_over,
        a_lapsed_lock_is_renewed_while_it_is_held,
        a_lease_beyond_the_last_time_is_held,
        a_lease_of_nothing_is_rejected,
        a_lock_is_renewed_while_it_is_held,
        a_lock_leaves_a_later_expiry,
        a_release_by_another_changes_nothing,
        a_renewal_keeps_the_token,
        a_renewal_moves_the_expiry,
        a_renewal_never_shortens_the_lease,
        a_renewal_whose_reply_is_lost_loses_no_lock,
        a_renewal_without_an_answer_costs_no_lock,
        a_rotated_handle_keeps_its_lock_until_the_commit,
        a_rotation_with_the_token_of_another_is_lock_lost,
        a_rotation_without_the_token_is_locked,
        a_session_does_not_expire_while_it_is_held,
        an_empty_session_is_as_live_as_any,
        an_update_without_the_token_is_locked,
        gone_comes_before_lock_lost_and_locked,
        of_many_takers_over_exactly_one_wins,
        reading_is_not_stopped_by_a_lock,
        renew_of_a_gone_session_is_gone,
        renewal_stops_after_the_longest_hold,
        the_lock_of_an_expired_record_is_not_inherited,
        a_repeated_update_that_released_its_lock_succeeds,
        a_sweep_goes_by_the_latest_expiry,
    ] and by chance [
        a_lock_that_was_seen_held_ends_in_a_lock_timeout,
        waiting_for_another_process_ends_at_the_deadline
    ];
    creates_under_a_mutex = two_handles(CreatesUnderAMutex::default)
    => [
        of_many_creators_exactly_one_wins,
    ];
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
    => [
        a_collection_backs_off_and_goes_on,
        a_collection_keeps_its_rate_limit,
        a_collection_that_stopped_is_resumed,
        a_collection_walks_the_whole_store,
        a_sweep_deletes_expired_records,
        a_sweep_keeps_to_its_budget_and_ends,
        a_sweep_leaves_records_expired_within_the_grace,
        a_sweep_reports_the_outcome_of_expired_records,
        a_sweep_gets_past_spared_records,
        a_sweep_goes_by_the_latest_expiry,
    ];
    wakes_its_own_waiters_alone = two_handles(Wakes::declaring_all_handles)
    => [
        a_dropped_wait_loses_no_report,
        a_watch_reports_a_deletion_and_a_rotation,
        a_watch_reports_a_write_that_releases,
        a_watch_reports_one_release_after_another,
        a_watch_reports_a_release_before_the_wait,
    ] and by chance [a_waiter_gets_in_soon_after_a_release];
}

/// One handle of each store passes every case, so only the second one shows the fault.
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
