//! Reading, writing and deleting.

use super::effect::{Decision, Effect, Field, Patch};
use super::row::{Context, Lapse, Row, Write};
use crate::error::Operation;
use crate::store::{Change, Deletion, Expect, LockDisposition, Record, Snapshot, Tag, Touch};
use crate::{Error, ErrorKind, Result};
use std::time::Duration;

/// Decides [`load`](crate::store::SessionStore::load): the record while it is live ([R1](crate::contract#r1)).
#[inline]
pub fn load(row: Option<Row<'_>>, context: &Context) -> Option<Snapshot> {
    Row::live(row, context).map(|row| row.snapshot())
}

/// Decides [`create`](crate::store::SessionStore::create): an expired record is replaced ([R3](crate::contract#r3)).
///
/// # Errors
///
/// [`AlreadyExists`](ErrorKind::AlreadyExists) where a live record stands that this call has not
/// written.
#[inline]
pub fn create<'a>(
    row: Option<Row<'_>>,
    record: &'a Record,
    tag: &'a Tag,
    context: &Context,
) -> Result<Effect<'a>> {
    let Some(row) = Row::live(row, context) else {
        return Ok(Effect::Patch(Patch::whole(record, tag)));
    };
    if row.is_left_by(&Write::whole(record, tag), context) {
        return Ok(Effect::Nothing);
    }
    Err(Error::new(Operation::Create, ErrorKind::AlreadyExists))
}

/// Decides [`update`](crate::store::SessionStore::update): new data, expiry, and the change's
/// lifetime.
///
/// A change without a lifetime leaves the stored one ([S10](crate::contract#s10),
/// [R4](crate::contract#r4), [R5](crate::contract#r5), [L3](crate::contract#l3) to
/// [L5](crate::contract#l5)).
///
/// # Errors
///
/// In this order [`Gone`](ErrorKind::Gone), [`LockLost`](ErrorKind::LockLost) or
/// [`Locked`](ErrorKind::Locked), [`Conflict`](ErrorKind::Conflict).
#[inline]
pub fn update<'a>(
    row: Option<Row<'_>>,
    change: &'a Change,
    expect: &Expect,
    tag: &'a Tag,
    context: &Context,
) -> Result<Effect<'a>> {
    let row = Row::live_or_gone(row, Operation::Update, context)?;
    let &Change { ref payload, expires, lifetime, lock } = change;
    let keeps_lock = lock == LockDisposition::Keep;
    let released = expect.as_lock().filter(|_| !keeps_lock);
    let lifetime = lifetime.map(|own| (own.deadline, Some(own.idle)));
    if row.is_left_by(&Write { payload, expires, lifetime, tag, released }, context) {
        return Ok(Effect::Nothing);
    }
    row.check_write(Operation::Update, expect, context)?;
    // A lock that is not named has lapsed, or the write would have been rejected.
    let ends_lock = !keeps_lock || expect.as_lock().is_none();
    Ok(Effect::Patch(Patch {
        data: Field::Set((payload, tag)),
        expires: Field::Set(expires),
        deadline: lifetime.map_or(Field::Keep, |(deadline, _)| Field::Set(deadline)),
        idle: lifetime.map_or(Field::Keep, |(_, idle)| Field::Set(idle)),
        lock: if ends_lock { Field::Set(None) } else { Field::Keep },
    }))
}

/// Decides [`touch`](crate::store::SessionStore::touch): the expiry moves forwards ([R6](crate::contract#r6)).
///
/// # Errors
///
/// In this order [`Gone`](ErrorKind::Gone), [`LockLost`](ErrorKind::LockLost),
/// [`Conflict`](ErrorKind::Conflict).
#[inline]
pub fn touch<'a>(
    row: Option<Row<'_>>,
    touch: &Touch,
    expect: &Expect,
    context: &Context,
) -> Result<Effect<'a>> {
    let row = Row::live_or_gone(row, Operation::Touch, context)?;
    let releases = touch.lock == LockDisposition::Release;
    let is_free = matches!(row.lock, super::RowLock::Free);
    // A touch has no tag. It is recognized by what it leaves: no lock, and its expiry (R11).
    if releases && is_free && row.expires == touch.expires {
        row.check_version(Operation::Touch, expect)?;
        return Ok(Effect::Nothing);
    }
    row.check_named(Operation::Touch, expect)?;
    let moves = row.expires < touch.expires;
    if !moves && !releases {
        return Ok(Effect::Nothing);
    }
    Ok(Effect::Patch(Patch {
        expires: if moves { Field::Set(touch.expires) } else { Field::Keep },
        lock: if releases { Field::Set(None) } else { Field::Keep },
        ..Patch::NOTHING
    }))
}

/// Decides [`delete`](crate::store::SessionStore::delete) ([R7](crate::contract#r7)).
///
/// # Errors
///
/// On a live record [`LockLost`](ErrorKind::LockLost), then [`Conflict`](ErrorKind::Conflict).
#[inline]
pub fn delete<'a>(
    row: Option<Row<'_>>,
    expect: &Expect,
    context: &Context,
) -> Result<Decision<'a, Deletion>> {
    let Some(row) = Row::live(row, context) else {
        return Ok(Decision::nothing(Deletion::WasAbsent));
    };
    row.check_named(Operation::Delete, expect)?;
    Ok(Decision { answer: Deletion::Deleted, effect: Effect::Remove })
}

/// Decides whether a sweep deletes a row.
///
/// It deletes a row that has been expired for `grace`, unless a lock protects it
/// ([G1](crate::contract#g1), [G2](crate::contract#g2)).
///
/// The answer says whether the row has been expired for that long.
#[inline]
pub fn sweep<'a>(row: Row<'_>, grace: Duration, context: &Context) -> Decision<'a, bool> {
    let is_expired = row.expires.is_over(context.now.saturating_sub(grace));
    if is_expired && row.lapse(context) == Lapse::Over {
        return Decision { answer: true, effect: Effect::Remove };
    }
    Decision::nothing(is_expired)
}
