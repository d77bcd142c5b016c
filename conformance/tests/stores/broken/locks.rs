//! Faults in the holder of a lock, and in its effect.

use crate::broken::rejects;
use crate::calls::{AcquireCall, ReleaseCall, RenewCall};
use crate::changes::{Acquires, Releases, Renews, now, plain};
use crate::rules;
use crate::twist::{ruled, twisted};
use session_conformance::{Model, Rules};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{Acquired, Expect, Payload, SessionStore, Tag};
use session_core::time::{EpochMillis, Timestamp};
use std::time::Duration;

/// Accepts any token as the holder's in one operation.
fn any_token_holds(faulty: Operation) -> impl Rules {
    rules::holds(faulty, |_, _| true)
}

/// Treats every lock as the caller's in one operation.
pub(super) fn any_lock_is_held(faulty: Operation) -> impl Rules {
    rules::holds(faulty, |lock, _| lock.is_some())
}

fn acquire_creates(model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
    let answer = now(call.on(model))?;
    if answer == Acquired::Absent {
        let record = plain(Payload::text(""), Timestamp::from_epoch_seconds(u64::from(u32::MAX)));
        now(model.create(call.key, &record, &Tag::from_bytes([0; Tag::BYTES])))?;
    }
    Ok(answer)
}

/// Reports the remaining time of the lease without the clock skew.
fn remaining_without_skew(model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
    Ok(match now(call.on(model))? {
        Acquired::Busy { remaining: Some(remaining) } => {
            let remaining = Some(remaining.saturating_sub(Duration::from_secs(1)));
            Acquired::Busy { remaining }
        }
        answer => answer,
    })
}

fn renewal_shortens(model: &Model, call: RenewCall<'_>) -> Result<Timestamp> {
    model.with_rows(|rows| {
        if let Some(lock) = rows.get_mut(call.key).and_then(|row| row.lock.as_mut()) {
            lock.end = EpochMillis::from_epoch_millis(0);
        }
    });
    now(call.on(model))
}

#[expect(clippy::unnecessary_wraps, reason = "it has the type of its operation")]
fn renewal_does_nothing(_: &Model, _: RenewCall<'_>) -> Result<Timestamp> {
    Ok(Timestamp::MAX)
}

#[expect(clippy::unnecessary_wraps, reason = "it has the type of its operation")]
fn release_does_nothing(_: &Model, _: ReleaseCall<'_>) -> Result<()> {
    Ok(())
}

fn release_deletes(model: &Model, call: ReleaseCall<'_>) -> Result<()> {
    now(model.delete(call.key, &Expect::lock(call.token.clone()))).map(drop)
}

/// Locks, but returns no data with the lock.
fn locks_without_reading(model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
    let mut answer = now(call.on(model))?;
    if let Acquired::Locked(snapshot) = &mut answer {
        snapshot.record.payload = Payload::text("");
    }
    Ok(answer)
}

/// Reports the end of the lease instead of its remaining time.
fn mistakes_end_for_remaining(model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
    Ok(match now(call.on(model))? {
        Acquired::Busy { .. } => {
            let remaining = Some(Duration::from_secs(1_700_000_030));
            Acquired::Busy { remaining }
        }
        answer => answer,
    })
}

rejects! {
    tells_the_lease_without_the_skew = twisted(Acquires(remaining_without_skew))
        => [a_lock_has_lapsed_after_the_time_that_remains];
    locks_without_reading = twisted(Acquires(locks_without_reading)) => [an_acquisition_reads_the_record];
    mistakes_end_for_remaining = twisted(Acquires(mistakes_end_for_remaining))
        => [acquire_of_a_held_lock_is_busy, a_lock_has_lapsed_after_the_time_that_remains];
    swallows_a_lost_lock_on_update = ruled(any_token_holds(Operation::Update))
        => [an_update_with_the_token_of_another_is_lock_lost];
    swallows_a_lost_lock_on_touch = ruled(any_token_holds(Operation::Touch))
        => [a_touch_with_the_token_of_another_is_lock_lost];
    swallows_a_lost_lock_on_delete = ruled(any_token_holds(Operation::Delete))
        => [
            lock_lost_comes_before_conflict,
            a_stale_holder_writes_nothing,
            a_deletion_with_the_token_of_another_is_lock_lost,
        ];
    swallows_a_lost_lock_on_rotate = ruled(any_token_holds(Operation::Rotate))
        => [
            rejections_of_the_old_key_come_before_already_exists,
            a_rotation_with_the_token_of_another_is_lock_lost,
        ];
    renews_for_anybody = ruled(any_token_holds(Operation::Renew))
        => [renew_of_the_lock_of_another_is_lock_lost];
    releases_for_anybody = ruled(any_lock_is_held(Operation::Release))
        => [a_release_by_another_changes_nothing, releasing_twice_frees_no_later_lock];
    gives_a_held_lock_to_anybody = ruled(any_lock_is_held(Operation::Acquire))
        => [acquire_of_a_held_lock_is_busy];
    forgets_its_own_token = ruled(rules::holds(Operation::Acquire, |_, _| false))
        => [
            an_acquisition_is_repeated_with_its_token,
            a_repeated_acquisition_starts_the_lease_anew,
        ];
    creates_on_acquire = twisted(Acquires(acquire_creates)) => [acquire_of_an_unknown_session_is_absent];
    shortens_on_renewal = twisted(Renews(renewal_shortens)) => [a_renewal_never_shortens_the_lease];
    renews_in_name_only = twisted(Renews(renewal_does_nothing)) => [a_renewed_lock_stands_longer];
    releases_in_name_only = twisted(Releases(release_does_nothing)) => [a_released_lock_is_free];
    deletes_on_release = twisted(Releases(release_deletes)) => [a_released_lock_is_free];
}
