//! Stores that let a held session expire, or give it a wrong expiry (L14).

use crate::broken::rejects;
use crate::calls::{AcquireCall, RenewCall};
use crate::changes::{Acquires, now};
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{CLOCK_SKEW, Lock, Model, Row, Rules};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{Acquired, Freshness, Key, Record, SessionStore};
use session_core::time::Timestamp;
use std::mem::replace;
use tokio::task::yield_now;

/// The first whole second at which a lock has lapsed.
fn lapse(lock: &Lock) -> Timestamp {
    let lapse = lock.end.saturating_add(CLOCK_SKEW).as_epoch_millis();
    Timestamp::saturating_from_epoch_seconds(lapse.div_ceil(1_000))
}

/// A wrong rule for the expiry that a lock leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expiry {
    NeverMoves,
    MovesWithTheLockAlone,
    MovesWithRenewalsAlone,
    IsSetToTheEnd,
    PassesTheDeadline,
    IsRoundedDown,
    LeavesOutTheClockSkew,
}

impl Rules for Expiry {
    fn expiry_under_lock(&self, operation: Operation, row: &Row, lock: &Lock) -> Timestamp {
        let Record { expires, deadline, .. } = row.record;
        let until = |end: Timestamp| deadline.map_or(end, |deadline| deadline.min(end));
        match (self, operation) {
            (Self::NeverMoves, _)
            | (Self::MovesWithTheLockAlone, Operation::Renew)
            | (Self::MovesWithRenewalsAlone, Operation::Acquire) => expires,
            (Self::IsSetToTheEnd, _) => until(lapse(lock)),
            (Self::PassesTheDeadline, _) => expires.max(lapse(lock)),
            (Self::IsRoundedDown, _) => {
                expires.max(until(lock.end.saturating_add(CLOCK_SKEW).timestamp()))
            }
            (Self::LeavesOutTheClockSkew, _) => expires.max(until(lock.end.ceil_timestamp())),
            _ => expires.max(until(lapse(lock))),
        }
    }
}

/// Reports the previous expiry.
#[derive(Debug)]
struct ReportsTheExpiryBefore;

#[async_trait]
impl Twist for ReportsTheExpiryBefore {
    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        let before = model.load(call.key, Freshness::Latest).await?;
        Ok(match (call.on(model).await?, before) {
            (Acquired::Locked(_), Some(before)) => Acquired::Locked(before),
            (acquired, _) => acquired,
        })
    }

    async fn renew(&self, model: &Model, call: RenewCall<'_>) -> Result<Timestamp> {
        let before = model.load(call.key, Freshness::Latest).await?;
        let renewed = call.on(model).await?;
        Ok(before.map_or(renewed, |before| before.record.expires))
    }
}

/// Moves the expiry in an attempt to lock that does not get the lock.
fn moves_for_anybody(model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
    let acquired = now(call.on(model))?;
    if let Acquired::Busy { .. } = acquired {
        model.with_rows(|rows| {
            let row = rows.get_mut(call.key).expect("a record that is busy is there");
            row.record.expires = row.record.expires.saturating_add(call.lease);
        });
    }
    Ok(acquired)
}

/// Moves the expiry a moment after the lock.
#[derive(Debug)]
enum MovesItInASecondStep {
    AfterLocking,
    AfterRenewing,
}

impl MovesItInASecondStep {
    /// Sets the expiry back to `before` for a moment.
    async fn delay(model: &Model, key: &Key, before: Timestamp) {
        let set = |expires| {
            model.with_rows(|rows| {
                rows.get_mut(key).map(|row| replace(&mut row.record.expires, expires))
            })
        };
        let after = set(before);
        yield_now().await;
        after.map(set);
    }
}

#[async_trait]
impl Twist for MovesItInASecondStep {
    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        let before = model.load(call.key, Freshness::Latest).await?;
        let acquired = call.on(model).await?;
        if let (Self::AfterLocking, Acquired::Locked(_), Some(before)) = (self, &acquired, before) {
            Self::delay(model, call.key, before.record.expires).await;
        }
        Ok(acquired)
    }

    async fn renew(&self, model: &Model, call: RenewCall<'_>) -> Result<Timestamp> {
        let before = model.load(call.key, Freshness::Latest).await?;
        let renewed = call.on(model).await?;
        if let (Self::AfterRenewing, Some(before)) = (self, before) {
            Self::delay(model, call.key, before.record.expires).await;
        }
        Ok(renewed)
    }
}

rejects! {
    lets_a_held_session_expire = ruled(Expiry::NeverMoves)
        => [a_session_does_not_expire_while_it_is_held, a_held_session_outlives_its_expiry];
    moves_no_expiry_by_a_renewal = ruled(Expiry::MovesWithTheLockAlone)
        => [a_renewal_moves_the_expiry, a_session_does_not_expire_while_it_is_held];
    moves_an_expiry_by_renewals_alone = ruled(Expiry::MovesWithRenewalsAlone)
        => [a_lock_moves_an_expiry_that_comes_before_its_end];
    sets_the_expiry_to_the_end_of_the_lock = ruled(Expiry::IsSetToTheEnd)
        => [a_lock_leaves_a_later_expiry];
    locks_past_the_deadline = ruled(Expiry::PassesTheDeadline)
        => [a_lock_moves_no_expiry_past_the_deadline];
    rounds_the_expiry_of_a_held_session_down = ruled(Expiry::IsRoundedDown)
        => [a_lock_moves_the_expiry_to_a_whole_second];
    leaves_out_the_clock_skew_of_the_expiry = ruled(Expiry::LeavesOutTheClockSkew)
        => [a_lock_moves_an_expiry_that_comes_before_its_end];
    reports_the_expiry_before_the_lock = twisted(ReportsTheExpiryBefore)
        => [
            a_lock_moves_an_expiry_that_comes_before_its_end,
            a_release_names_the_expiry_that_renewals_left,
        ];
    locks_before_it_moves_the_expiry = twisted(MovesItInASecondStep::AfterLocking)
        => [a_dropped_acquisition_moves_the_expiry_with_the_lock];
    renews_before_it_moves_the_expiry = twisted(MovesItInASecondStep::AfterRenewing)
        => [a_dropped_renewal_moves_the_expiry_with_the_lock];
    moves_the_expiry_for_anybody = twisted(Acquires(moves_for_anybody))
        => [a_call_without_the_lock_moves_no_expiry];
}
