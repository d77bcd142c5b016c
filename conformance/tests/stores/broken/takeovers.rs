//! Faults in the lapse of a lock, and in the handling of a lapsed one.

use crate::broken::rejects;
use crate::calls::{AcquireCall, LoadCall, RenewCall, UpdateCall};
use crate::changes::{Loads, Renews, Updates, now};
use crate::in_steps;
use crate::twist::{Twist, ruled, twisted};
use session_conformance::{Lawful, Lock, Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{
    Acquired, Expect, Freshness, LockToken, LockingStore, SessionStore, Snapshot,
};
use session_core::time::{EpochMillis, Timestamp};
use session_core::{Error, ErrorKind, Result};
use std::time::Duration;
use tokio::task::yield_now;

const MILLISECOND: Duration = Duration::from_millis(1);

/// Decides by another rule whether a lock has lapsed.
#[derive(Debug)]
struct Lapses(fn(Operation, &Lock, EpochMillis) -> bool);

impl Rules for Lapses {
    fn has_lapsed(&self, operation: Operation, lock: &Lock, now: EpochMillis) -> bool {
        self.0(operation, lock, now)
    }
}

fn at_once(operation: Operation, lock: &Lock, now: EpochMillis) -> bool {
    operation == Operation::Acquire || Lawful.has_lapsed(operation, lock, now)
}

fn never(_: Operation, _: &Lock, _: EpochMillis) -> bool {
    false
}

fn early(operation: Operation, lock: &Lock, now: EpochMillis) -> bool {
    Lawful.has_lapsed(operation, lock, now.saturating_add(MILLISECOND))
}

fn late(operation: Operation, lock: &Lock, now: EpochMillis) -> bool {
    Lawful.has_lapsed(operation, lock, now.saturating_sub(MILLISECOND))
}

fn without_skew(_: Operation, lock: &Lock, now: EpochMillis) -> bool {
    lock.end.is_over(now)
}

/// Treats a lease with an end in the far future as invalid.
fn if_far(operation: Operation, lock: &Lock, now: EpochMillis) -> bool {
    let is_far = lock.end.saturating_since(now) > Duration::from_hours(1);
    is_far || Lawful.has_lapsed(operation, lock, now)
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
        model.with_rows(|rows| {
            if let Some(row) = rows.get_mut(call.key) {
                row.lock = lock;
            }
        });
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
    model.with_rows(|rows| {
        if let Some(row) = rows.get_mut(call.key) {
            row.lock = None;
        }
    });
    now(call.on(model))
}

#[derive(Debug)]
struct RevokesTheLockOfALateHolder(Operation);

impl Rules for RevokesTheLockOfALateHolder {
    fn check_lock(
        &self,
        operation: Operation,
        row: &Row,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<()> {
        let lapsed = |lock: &Lock| Lawful.has_lapsed(operation, lock, now);
        let is_late = row.lock.as_ref().is_some_and(lapsed);
        if operation == self.0 && is_late && expect.as_lock().is_some() {
            return Err(Error::new(operation, ErrorKind::LockLost));
        }
        Lawful.check_lock(operation, row, expect, now)
    }
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
        model.with_rows(|rows| {
            if let Some(row) = rows.get_mut(key) {
                row.lock = lock;
            }
        });
    }
    Ok(())
}

rejects! {
    takes_over_live_locks = ruled(Lapses(at_once))
        => [a_lock_is_not_taken_over_within_lease_and_skew];
    never_takes_over = ruled(Lapses(never)) => [a_lapsed_lock_is_taken_over];
    lapses_a_millisecond_early = ruled(Lapses(early))
        => [a_lock_is_not_taken_over_within_lease_and_skew];
    lapses_a_millisecond_late = ruled(Lapses(late))
        => [a_lapsed_lock_is_taken_over, a_lock_has_lapsed_after_the_time_that_remains];
    allows_no_clock_skew = ruled(Lapses(without_skew))
        => [a_lock_is_not_taken_over_within_lease_and_skew];
    distrusts_far_leases = ruled(Lapses(if_far))
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
    rejects_a_late_writer = ruled(RevokesTheLockOfALateHolder(Operation::Update))
        => [a_holder_may_write_late_if_nobody_took_over];
    renews_only_in_time = twisted(Renews(renews_only_in_time))
        => [a_holder_may_write_late_if_nobody_took_over, a_lapsed_lock_is_renewed_while_it_is_held];
    removes_a_lock_at_a_read = twisted(Loads(removes_a_lock_at_a_read)) => [reading_is_not_stopped_by_a_lock];
    leaves_a_lapsed_lock = twisted(Updates(leaves_a_lapsed_lock))
        => [an_update_that_passes_a_lapsed_lock_removes_it];
}
