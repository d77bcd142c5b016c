//! Faults in the lapse of a lock, and in the handling of a lapsed one.

use crate::broken::rejects;
use crate::calls::{AcquireCall, LoadCall, RenewCall, UpdateCall};
use crate::changes::{Loads, Renews, Updates, change_row, now};
use crate::in_steps;
use crate::rules;
use crate::twist::{ruled, twisted};
use session_conformance::{CLOCK_SKEW, Lawful, Lock, Model, Rules};
use session_core::error::Operation;
use session_core::store::{Acquired, Freshness, LockToken, LockingStore, SessionStore, Snapshot};
use session_core::time::{EpochMillis, Timestamp};
use session_core::{Error, ErrorKind, Result};
use std::time::Duration;
use tokio::task::yield_now;

const MILLISECOND: Duration = Duration::from_millis(1);

/// When a lock may be taken over.
fn lapse(lock: &Lock) -> EpochMillis {
    lock.end.saturating_add(CLOCK_SKEW)
}

/// Treats a lease with an end in the far future as invalid.
fn if_far(lock: &Lock, now: EpochMillis) -> bool {
    let is_far = lock.end.saturating_since(now) > Duration::from_hours(1);
    is_far || lapse(lock).is_over(now)
}

/// Checks that a lock may be taken, and takes it a moment later.
async fn looks_and_then_locks(model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
    let seen = model.with_rows(|rows| rows.get(call.key).cloned());
    let answer = call.on(model).await?;
    if let (Acquired::Locked(_), Some(seen)) = (&answer, seen) {
        let lock = model.with_rows(|rows| {
            let row = rows.get_mut(call.key).expect("it was locked just now");
            std::mem::replace(&mut row.lock, seen.lock)
        });
        yield_now().await;
        change_row(model, call.key, |row| row.lock = lock);
    }
    Ok(answer)
}

/// Reads the record first and locks it a moment later.
async fn reads_and_then_locks(model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
    let read = model.load(call.key, Freshness::AsConfigured).await;
    yield_now().await;
    match (call.on(model).await?, read) {
        (Acquired::Locked(_), Ok(Some(stale))) => Ok(Acquired::Locked(stale)),
        (answer, _) => Ok(answer),
    }
}

/// Removes a lock at a read, even if it has not lapsed.
fn removes_a_lock_at_a_read(model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
    change_row(model, call.key, |row| row.lock = None);
    now(call.on(model))
}

fn revokes_the_lock_of_a_late_holder(faulty: Operation) -> impl Rules {
    rules::check_lock(faulty, move |row, expect, now| {
        let lapsed = |lock: &Lock| Lawful.has_lapsed(faulty, lock, now);
        if row.lock.as_ref().is_some_and(lapsed) && expect.as_lock().is_some() {
            return Err(Error::new(faulty, ErrorKind::LockLost));
        }
        Lawful.check_lock(faulty, row, expect, now)
    })
}

fn renews_only_in_time(model: &Model, call: RenewCall<'_>) -> Result<Timestamp> {
    let other = LockToken::decode("AAAAAAAAAAAAAAAAAAAAAA").expect("zeros are a call.token");
    if let Ok(Acquired::Locked(_)) = now(model.acquire(call.key, &other, call.lease)) {
        now(model.release(call.key, &other))?;
    }
    now(call.on(model))
}

/// Lets an update pass a lapsed lock, and does not remove the lock.
fn leaves_a_lapsed_lock(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    let UpdateCall { key, expect, .. } = call;
    let lock = model.with_rows(|rows| rows.get(key).and_then(|row| row.lock.clone()));
    now(call.on(model))?;
    if expect.as_lock().is_none() {
        change_row(model, key, |row| row.lock = lock);
    }
    Ok(())
}

rejects! {
    takes_over_live_locks = ruled(rules::has_lapsed(Operation::Acquire, |_, _| true))
        => [a_lock_is_not_taken_over_within_lease_and_skew];
    never_takes_over = ruled(rules::has_lapsed(None, |_, _| false)) => [a_lapsed_lock_is_taken_over];
    lapses_a_millisecond_early = ruled(rules::has_lapsed(None, |lock, now| lapse(lock).is_over(now.saturating_add(MILLISECOND))))
        => [a_lock_is_not_taken_over_within_lease_and_skew];
    lapses_a_millisecond_late = ruled(rules::has_lapsed(None, |lock, now| lapse(lock).is_over(now.saturating_sub(MILLISECOND))))
        => [a_lapsed_lock_is_taken_over, a_lock_has_lapsed_after_the_time_that_remains];
    allows_no_clock_skew = ruled(rules::has_lapsed(None, |lock, now| lock.end.is_over(now)))
        => [a_lock_is_not_taken_over_within_lease_and_skew];
    distrusts_far_leases = ruled(rules::has_lapsed(None, if_far))
        => [
            a_clock_that_jumps_back_frees_no_lock,
            a_wall_clock_that_jumps_moves_no_deadline,
            a_lease_beyond_the_last_time_is_held,
        ];
    looks_and_then_locks = twisted(in_steps::acquire(looks_and_then_locks))
        => [
            of_many_contenders_exactly_one_locks,
            of_many_contenders_for_an_expiring_session_one_locks,
        ];
    reads_and_then_locks = twisted(in_steps::acquire(reads_and_then_locks)) => [writes_of_successive_holders_are_kept];
    rejects_a_late_writer = ruled(revokes_the_lock_of_a_late_holder(Operation::Update))
        => [a_holder_may_write_late_if_nobody_took_over];
    renews_only_in_time = twisted(Renews(renews_only_in_time))
        => [a_holder_may_write_late_if_nobody_took_over, a_lapsed_lock_is_renewed_while_it_is_held];
    removes_a_lock_at_a_read = twisted(Loads(removes_a_lock_at_a_read)) => [reading_is_not_stopped_by_a_lock];
    leaves_a_lapsed_lock = twisted(Updates(leaves_a_lapsed_lock))
        => [an_update_that_passes_a_lapsed_lock_removes_it];
}
