//! Faults in the holder of a lock, and in its effect.

use crate::broken::rejects;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Lawful, Lock, Model, Rules};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Expect, Key, LockToken, LockingStore, Payload, Record, SessionStore, Tag,
};
use session_core::time::{EpochMillis, Timestamp};
use std::time::Duration;

/// Accepts any token as the holder's in one operation.
#[derive(Debug)]
struct AnyTokenHolds(Operation);

impl Rules for AnyTokenHolds {
    fn holds(&self, operation: Operation, lock: Option<&Lock>, token: &LockToken) -> bool {
        operation == self.0 || Lawful.holds(operation, lock, token)
    }
}

/// Treats every lock as the caller's in one operation.
#[derive(Debug)]
struct AnyLockIsHeld(Operation);

impl Rules for AnyLockIsHeld {
    fn holds(&self, operation: Operation, lock: Option<&Lock>, token: &LockToken) -> bool {
        let is_held = Lawful.holds(operation, lock, token);
        is_held || (operation == self.0 && lock.is_some())
    }
}

#[derive(Debug)]
struct ForgetsItsOwnToken;

impl Rules for ForgetsItsOwnToken {
    fn holds(&self, operation: Operation, lock: Option<&Lock>, token: &LockToken) -> bool {
        operation != Operation::Acquire && Lawful.holds(operation, lock, token)
    }
}

#[derive(Debug)]
struct AcquireCreates;

#[async_trait]
impl Twist for AcquireCreates {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        let answer = model.acquire(key, token, lease).await?;
        if answer == Acquired::Absent {
            let record = Record {
                payload: Payload::text(""),
                expires: Timestamp::from_epoch_seconds(u64::from(u32::MAX)),
                deadline: None,
                idle: None,
            };
            model.create(key, &record, &Tag::from_bytes([0; Tag::BYTES])).await?;
        }
        Ok(answer)
    }
}

/// Reports the remaining time of the lease without the clock skew.
#[derive(Debug)]
struct RemainingWithoutSkew;

#[async_trait]
impl Twist for RemainingWithoutSkew {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        Ok(match model.acquire(key, token, lease).await? {
            Acquired::Busy { remaining: Some(remaining) } => {
                let remaining = Some(remaining.saturating_sub(Duration::from_secs(1)));
                Acquired::Busy { remaining }
            }
            answer => answer,
        })
    }
}

#[derive(Debug)]
struct RenewalShortens;

#[async_trait]
impl Twist for RenewalShortens {
    async fn renew(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Timestamp> {
        model.with_rows(|rows| {
            if let Some(lock) = rows.get_mut(key).and_then(|row| row.lock.as_mut()) {
                lock.end = EpochMillis::from_epoch_millis(0);
            }
        });
        model.renew(key, token, lease).await
    }
}

#[derive(Debug)]
struct RenewalDoesNothing;

#[async_trait]
impl Twist for RenewalDoesNothing {
    async fn renew(&self, _: &Model, _: &Key, _: &LockToken, _: Duration) -> Result<Timestamp> {
        Ok(Timestamp::MAX)
    }
}

#[derive(Debug)]
struct ReleaseDoesNothing;

#[async_trait]
impl Twist for ReleaseDoesNothing {
    async fn release(&self, _: &Model, _: &Key, _: &LockToken) -> Result<()> {
        Ok(())
    }
}

#[derive(Debug)]
struct ReleaseDeletes;

#[async_trait]
impl Twist for ReleaseDeletes {
    async fn release(&self, model: &Model, key: &Key, token: &LockToken) -> Result<()> {
        model.delete(key, &Expect::lock(token.clone())).await.map(drop)
    }
}

/// Locks, but returns no data with the lock.
#[derive(Debug)]
struct LocksWithoutReading;

#[async_trait]
impl Twist for LocksWithoutReading {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        let mut answer = model.acquire(key, token, lease).await?;
        if let Acquired::Locked(snapshot) = &mut answer {
            snapshot.record.payload = Payload::text("");
        }
        Ok(answer)
    }
}

/// Reports the end of the lease instead of its remaining time.
#[derive(Debug)]
struct MistakesEndForRemaining;

#[async_trait]
impl Twist for MistakesEndForRemaining {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        Ok(match model.acquire(key, token, lease).await? {
            Acquired::Busy { .. } => {
                let remaining = Some(Duration::from_secs(1_700_000_030));
                Acquired::Busy { remaining }
            }
            answer => answer,
        })
    }
}

rejects! {
    tells_the_lease_without_the_skew = twisted(RemainingWithoutSkew)
        => [a_lock_has_lapsed_after_the_time_that_remains];
    locks_without_reading = twisted(LocksWithoutReading) => [an_acquisition_reads_the_record];
    mistakes_end_for_remaining = twisted(MistakesEndForRemaining)
        => [acquire_of_a_held_lock_is_busy, a_lock_has_lapsed_after_the_time_that_remains];
    swallows_a_lost_lock_on_update = ruled(AnyTokenHolds(Operation::Update))
        => [an_update_with_the_token_of_another_is_lock_lost];
    swallows_a_lost_lock_on_touch = ruled(AnyTokenHolds(Operation::Touch))
        => [a_touch_with_the_token_of_another_is_lock_lost];
    swallows_a_lost_lock_on_delete = ruled(AnyTokenHolds(Operation::Delete))
        => [
            lock_lost_comes_before_conflict,
            a_stale_holder_writes_nothing,
            a_deletion_with_the_token_of_another_is_lock_lost,
        ];
    swallows_a_lost_lock_on_rotate = ruled(AnyTokenHolds(Operation::Rotate))
        => [
            rejections_of_the_old_key_come_before_already_exists,
            a_rotation_with_the_token_of_another_is_lock_lost,
        ];
    renews_for_anybody = ruled(AnyTokenHolds(Operation::Renew))
        => [renew_of_the_lock_of_another_is_lock_lost];
    releases_for_anybody = ruled(AnyLockIsHeld(Operation::Release))
        => [a_release_by_another_changes_nothing, releasing_twice_frees_no_later_lock];
    gives_a_held_lock_to_anybody = ruled(AnyLockIsHeld(Operation::Acquire))
        => [acquire_of_a_held_lock_is_busy];
    forgets_its_own_token = ruled(ForgetsItsOwnToken)
        => [
            an_acquisition_is_repeated_with_its_token,
            a_repeated_acquisition_starts_the_lease_anew,
        ];
    creates_on_acquire = twisted(AcquireCreates) => [acquire_of_an_unknown_session_is_absent];
    shortens_on_renewal = twisted(RenewalShortens) => [a_renewal_never_shortens_the_lease];
    renews_in_name_only = twisted(RenewalDoesNothing) => [a_renewed_lock_stands_longer];
    releases_in_name_only = twisted(ReleaseDoesNothing) => [a_released_lock_is_free];
    deletes_on_release = twisted(ReleaseDeletes) => [a_released_lock_is_free];
}
