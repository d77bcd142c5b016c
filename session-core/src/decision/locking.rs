//! Locks with leases.

use super::effect::{Decision, Effect, Field, Lease, Patch};
use super::row::{Context, Lapse, Row, RowLock};
use crate::error::Operation;
use crate::store::{Acquired, LockToken};
use crate::time::{EpochMillis, Timestamp};
use crate::{Error, ErrorKind, Result};
use std::time::Duration;

/// Decides [`acquire`](crate::store::LockingStore::acquire): a lock for `lease` from now on.
///
/// The answer has the record that the lock protects ([L1](crate::contract#l1),
/// [L2](crate::contract#l2), [L7](crate::contract#l7), [L8](crate::contract#l8),
/// [L14](crate::contract#l14)).
///
/// The effect is nothing if the token holds the lock for at least as long already, and the record
/// does not expire before.
#[inline]
pub fn acquire<'a>(
    row: Option<Row<'_>>,
    token: &'a LockToken,
    lease: Duration,
    context: &Context,
) -> Decision<'a, Acquired> {
    let Some(row) = Row::live(row, context) else {
        return Decision::nothing(Acquired::Absent);
    };
    let lapse = row.lapse(context);
    if lapse != Lapse::Over && !row.is_held_by(token) {
        return Decision::nothing(Acquired::Busy { remaining: lapse.remaining() });
    }
    let Decision { answer: expires, effect } = leased(&row, token, lease, context);
    let snapshot = Row { expires, ..row }.snapshot();
    Decision { answer: Acquired::Locked(snapshot), effect }
}

/// Decides [`renew`](crate::store::LockingStore::renew): the lease starts anew, and is never
/// shortened ([L9](crate::contract#l9), [L14](crate::contract#l14)).
///
/// The answer is the expiry of the record afterwards.
///
/// # Errors
///
/// [`Gone`](ErrorKind::Gone) without a live record, [`LockLost`](ErrorKind::LockLost) for a token
/// that does not hold the lock.
#[inline]
pub fn renew<'a>(
    row: Option<Row<'_>>,
    token: &'a LockToken,
    lease: Duration,
    context: &Context,
) -> Result<Decision<'a, Timestamp>> {
    let row = Row::live_or_gone(row, Operation::Renew, context)?;
    if !row.is_held_by(token) {
        return Err(Error::new(Operation::Renew, ErrorKind::LockLost));
    }
    Ok(leased(&row, token, lease, context))
}

/// Sets the lock of `token` for `lease` from now on, and returns the new expiry.
///
/// A lock that `token` holds for at least as long stays as it is.
#[inline]
fn leased<'a>(
    row: &Row<'_>,
    token: &'a LockToken,
    lease: Duration,
    context: &Context,
) -> Decision<'a, Timestamp> {
    let end = context.now.saturating_add(lease);
    let held = match row.lock {
        RowLock::Leased(present) if present.token == token && present.end >= end => {
            Some(present.end)
        }
        _ => None,
    };
    let earliest = expiry_under_lease(held.unwrap_or(end), context);
    let earliest = row.deadline.map_or(earliest, |deadline| deadline.min(earliest));
    let moves = row.expires < earliest;
    if held.is_some() && !moves {
        return Decision::nothing(row.expires);
    }
    let patch = Patch {
        expires: if moves { Field::Set(earliest) } else { Field::Keep },
        lock: if held.is_some() { Field::Keep } else { Field::Set(Some(Lease { token, end })) },
        ..Patch::NOTHING
    };
    Decision { answer: row.expires.max(earliest), effect: Effect::Patch(patch) }
}

/// The earliest expiry of a record that is locked until `end`.
///
/// The record does not expire before others may take over the lock ([L14](crate::contract#l14)). An
/// earlier deadline of the record takes precedence.
#[inline]
pub fn expiry_under_lease(end: EpochMillis, context: &Context) -> Timestamp {
    end.saturating_add(context.clock_skew).ceil_timestamp()
}

/// Decides [`release`](crate::store::LockingStore::release): only the holder's lock ends ([L6](crate::contract#l6)).
///
/// The lock of an expired record ends too, because it would spare the record from collecting.
#[inline]
pub fn release<'a>(row: Option<Row<'_>>, token: &LockToken) -> Effect<'a> {
    match row {
        Some(row) if row.is_held_by(token) => {
            Effect::Patch(Patch { lock: Field::Set(None), ..Patch::NOTHING })
        }
        _ => Effect::Nothing,
    }
}

/// Whether a live record has a lock that keeps others out.
///
/// Then it makes sense to wait for the lock ([L3](crate::contract#l3)).
#[inline]
pub fn is_locked(row: Option<Row<'_>>, context: &Context) -> bool {
    Row::live(row, context).is_some_and(|row| row.lapse(context) != Lapse::Over)
}

/// Decides to remove a lock that a reader or a collector meets, if lapsed
/// ([L7](crate::contract#l7)).
#[inline]
pub fn remove_lapsed_lock<'a>(row: Row<'_>, context: &Context) -> Effect<'a> {
    let is_leased = matches!(row.lock, RowLock::Leased(_));
    if is_leased && row.lapse(context) == Lapse::Over {
        return Effect::Patch(Patch { lock: Field::Set(None), ..Patch::NOTHING });
    }
    Effect::Nothing
}
