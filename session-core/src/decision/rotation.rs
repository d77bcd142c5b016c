//! A record that gets a new key, which takes two rows.

use super::row::{Context, Row, Write};
use crate::error::Operation;
use crate::store::{Expect, Rotation, Tag};
use crate::{Error, ErrorKind, Result};

/// One of the two rows of a rotation.
#[derive(Clone, Copy, Debug)]
pub enum Counterpart<'a> {
    /// The store read it.
    Known(Row<'a>),
    /// There is none.
    Absent,
    /// The store did not get the row: a rejection reports only the rows it concerns.
    NotReported,
}

/// The effect of a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a move is to be carried out"]
pub enum Move {
    /// It is done already.
    Nothing,
    /// The rotation's record replaces the old row, at the new key and without a lock.
    Rotate,
}

/// Decides [`rotate`](crate::store::SessionStore::rotate) ([R4](crate::contract#r4), [R5](crate::contract#r5), [L3](crate::contract#l3), [L4](crate::contract#l4), [S4](crate::contract#s4)).
///
/// A row that was not reported raises no objection.
///
/// # Errors
///
/// Of the old row, in this order, [`Gone`](ErrorKind::Gone), [`LockLost`](ErrorKind::LockLost) or
/// [`Locked`](ErrorKind::Locked), [`Conflict`](ErrorKind::Conflict); then
/// [`AlreadyExists`](ErrorKind::AlreadyExists) if there is a live row at the new key.
#[inline]
pub fn rotate(
    (old, new): (Counterpart<'_>, Counterpart<'_>),
    rotation: &Rotation,
    expect: &Expect,
    tag: &Tag,
    context: &Context,
) -> Result<Move> {
    let target = Row::live(new.known(), context);
    let write = Write::whole(&rotation.record, tag);
    let is_moved = target.is_some_and(|row| row.is_left_by(&write, context));
    let source = match old {
        Counterpart::NotReported => None,
        Counterpart::Absent => Some(None),
        Counterpart::Known(row) => Some(Row::live(Some(row), context)),
    };
    // A tag is enough. Content shows a rotation only together with the absence of the old row.
    if is_moved && (version_is_tagged(target) || matches!(source, Some(None))) {
        return Ok(Move::Nothing);
    }
    match source {
        Some(None) => return Err(Error::new(Operation::Rotate, ErrorKind::Gone)),
        Some(Some(row)) => row.check_write(Operation::Rotate, expect, context)?,
        None => {}
    }
    if target.is_some() {
        return Err(Error::new(Operation::Rotate, ErrorKind::AlreadyExists));
    }
    Ok(Move::Rotate)
}

#[inline]
fn version_is_tagged(row: Option<Row<'_>>) -> bool {
    row.is_some_and(|row| row.version.as_tag().is_some())
}

impl<'a> Counterpart<'a> {
    /// The row, or [`Absent`](Self::Absent), as a transaction reads it.
    #[inline]
    pub fn of(row: Option<Row<'a>>) -> Self {
        row.map_or(Self::Absent, Self::Known)
    }

    #[inline]
    const fn known(self) -> Option<Row<'a>> {
        match self {
            Self::Known(row) => Some(row),
            Self::Absent | Self::NotReported => None,
        }
    }
}
