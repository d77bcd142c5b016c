//! The meaning of a rejected condition, decided on the shown item (R11, R15).
//!
//! The laws are `session_core::decision`. Here are the choices that only DynamoDB has.

#[cfg(test)]
mod tests;

use crate::item::{Item, Unreadable};
use crate::request::{Leased, PhpLockHandling, TouchStep};
use crate::row::ItemRow;
use crate::settings::Settings;
use session_core::decision::{
    self, Context, Counterpart, Decision, Effect, Field, Move, Row, RowLock,
};
use session_core::store::{
    Acquired, Change, Expect, LockToken, Record, Rotation, Snapshot, Tag, Touch,
};
use session_core::time::Timestamp;
use session_core::{ErrorKind, Result};
use std::time::Duration;

/// The consequence of a rejection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict<S = ()> {
    /// There is nothing left to do: it is done already, or nothing was to be done.
    Done,
    Refused(ErrorKind),
    /// Another request does it.
    Again(S),
}

impl<S> Verdict<S> {
    /// The verdict of a decision, with the request that `step` chooses for its effect.
    fn of(decided: Result<Effect<'_>>, step: impl FnOnce(&Effect<'_>) -> S) -> Self {
        match decided {
            Ok(Effect::Nothing) => Self::Done,
            Ok(effect) => Self::Again(step(&effect)),
            Err(error) => Self::Refused(error.kind()),
        }
    }
}

/// The live record of an item that was read, unless a part of it is unreadable.
pub(crate) fn load(
    settings: &Settings,
    found: &Item,
    context: &Context,
) -> Option<Result<Snapshot, Unreadable>> {
    let row = ItemRow::of(found, settings, context)?;
    Some(row.readable(decision::load(Some(row.as_row()), context)?))
}

/// The reason for the rejection of a creation.
pub(crate) fn create(
    settings: &Settings,
    old: &Item,
    record: &Record,
    version: &Tag,
    context: &Context,
) -> Verdict {
    let row = ItemRow::of(old, settings, context);
    let row = row.as_ref().map(ItemRow::as_row);
    Verdict::of(decision::create(row, record, version, context), |_| ())
}

/// The reason for the rejection of an update.
pub(crate) fn update(
    settings: &Settings,
    old: &Item,
    change: &Change,
    expect: &Expect,
    version: &Tag,
    context: &Context,
) -> Verdict<PhpLockHandling> {
    let row = ItemRow::of(old, settings, context);
    let row = row.as_ref().map(ItemRow::as_row);
    Verdict::of(decision::update(row, change, expect, version, context), |_| {
        if old.has_php_lock() { PhpLockHandling::PhpLock } else { PhpLockHandling::Nothing }
    })
}

/// The reason for the rejection of a touch.
pub(crate) fn touch(
    settings: &Settings,
    old: &Item,
    touch: &Touch,
    expect: &Expect,
    context: &Context,
) -> Verdict<TouchStep> {
    let row = ItemRow::of(old, settings, context);
    let row = row.as_ref().map(ItemRow::as_row);
    Verdict::of(decision::touch(row, touch, expect, context), |effect| match effect {
        Effect::Patch(patch) if patch.expires == Field::Keep => TouchStep::Release,
        _ => TouchStep::Move,
    })
}

/// The items that rejected a transaction.
#[derive(Default)]
pub(crate) struct Obstacles {
    /// Where the update at the new key was rejected.
    pub(crate) new: Option<Item>,
    /// Where the deletion at the old key was rejected.
    pub(crate) old: Option<Item>,
}

/// The reason for the rejection of a rotation.
pub(crate) fn rotate(
    settings: &Settings,
    obstacles: &Obstacles,
    rotation: &Rotation,
    expect: &Expect,
    version: &Tag,
    context: &Context,
) -> Verdict {
    let row = |item: &Item| ItemRow::of(item, settings, context);
    let (old, new) = (obstacles.old.as_ref().map(row), obstacles.new.as_ref().map(row));
    let rows = (counterpart(old.as_ref()), counterpart(new.as_ref()));
    match decision::rotate(rows, rotation, expect, version, context) {
        Ok(Move::Nothing) => Verdict::Done,
        Ok(Move::Rotate) => Verdict::Again(()),
        Err(error) => Verdict::Refused(error.kind()),
    }
}

/// One side of a rotation.
///
/// A canceled transaction shows only the items that canceled it.
fn counterpart(shown: Option<&Option<ItemRow>>) -> Counterpart<'_> {
    shown.map_or(Counterpart::NotReported, |row| Counterpart::of(row.as_ref().map(ItemRow::as_row)))
}

/// The reason for the rejection of a deletion.
///
/// Without a live record, nothing is left to do.
pub(crate) fn delete(
    settings: &Settings,
    old: &Item,
    expect: &Expect,
    context: &Context,
) -> Verdict {
    let row = ItemRow::of(old, settings, context);
    let decided = decision::delete(row.as_ref().map(ItemRow::as_row), expect, context);
    Verdict::of(decided.map(|decision| decision.effect), |_| ())
}

/// The meaning of a rejected request for a lease.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LeaseVerdict<T> {
    /// There is nothing left to do.
    Done(T),
    Refused(ErrorKind),
    /// The first request again, whose condition holds by now.
    Again,
    /// The second request, for the item as it was seen.
    ///
    /// The record would expire under the lease, or under a later lease that the token has. Or it
    /// ends at its deadline before.
    AsSeen(Leased),
}

impl<T> LeaseVerdict<T> {
    fn of(decided: Decision<'_, T>, outlives_lease: bool) -> Self {
        match decided.effect {
            Effect::Patch(patch) if outlives_lease && patch.lock != Field::Keep => Self::Again,
            Effect::Patch(patch) => Self::AsSeen(Leased::of(&patch)),
            Effect::Nothing | Effect::Remove => Self::Done(decided.answer),
        }
    }
}

/// Whether the condition of the first request on the expiry holds.
fn outlives_lease(row: Option<Row<'_>>, lease: Duration, context: &Context) -> bool {
    let needed = decision::expiry_under_lease(context.now.saturating_add(lease), context);
    row.is_some_and(|row| row.expires >= needed)
}

/// The meaning of a rejected attempt to lock.
///
/// A record that cannot be read stays as it is: its deadline may be what is unreadable.
pub(crate) fn acquire(
    settings: &Settings,
    old: &Item,
    token: &LockToken,
    lease: Duration,
    context: &Context,
) -> LeaseVerdict<Result<Acquired, Unreadable>> {
    let row = ItemRow::of(old, settings, context);
    let found = row.as_ref().map(ItemRow::as_row);
    let Decision { answer, effect } = decision::acquire(found, token, lease, context);
    let answer = match (answer, &row) {
        (Acquired::Locked(snapshot), Some(row)) => match row.readable(snapshot) {
            Ok(snapshot) => Ok(Acquired::Locked(snapshot)),
            Err(unreadable) => return LeaseVerdict::Done(Err(unreadable)),
        },
        (answer, _) => Ok(answer),
    };
    LeaseVerdict::of(Decision { answer, effect }, outlives_lease(found, lease, context))
}

/// The lock over one of PHP that has been abandoned.
pub(crate) fn take_over(
    settings: &Settings,
    old: &Item,
    token: &LockToken,
    lease: Duration,
    context: &Context,
) -> Option<Leased> {
    let row = ItemRow::of(old, settings, context)?;
    let unlocked = Row { lock: RowLock::Free, ..row.as_row() };
    match decision::acquire(Some(unlocked), token, lease, context).effect {
        Effect::Patch(patch) => Some(Leased::of(&patch)),
        Effect::Nothing | Effect::Remove => None,
    }
}

/// The meaning of a rejected renewal.
///
/// Either the token holds a longer lease already, or the record would expire under the lease.
///
/// A record that cannot be read stays as it is, as for [`acquire`].
pub(crate) fn renew(
    settings: &Settings,
    old: &Item,
    token: &LockToken,
    lease: Duration,
    context: &Context,
) -> LeaseVerdict<Result<Timestamp, Unreadable>> {
    let row = ItemRow::of(old, settings, context);
    let found = row.as_ref().map(ItemRow::as_row);
    let Decision { answer, effect } = match decision::renew(found, token, lease, context) {
        Ok(decision) => decision,
        Err(error) => return LeaseVerdict::Refused(error.kind()),
    };
    match row.as_ref().map_or(Ok(answer), |row| row.readable(answer)) {
        Ok(answer) => {
            let decision = Decision { answer: Ok(answer), effect };
            LeaseVerdict::of(decision, outlives_lease(found, lease, context))
        }
        unreadable => LeaseVerdict::Done(unreadable),
    }
}
