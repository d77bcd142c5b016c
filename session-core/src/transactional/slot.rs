//! A row in the hands of a decision.

use crate::decision::{Effect, Lease, Patch, Row, RowLock};
use crate::store::{LockToken, Payload, Record, Version};
use crate::time::EpochMillis;

/// A row as an engine stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRow {
    /// The record.
    pub record: Record,
    /// The version of the write that the data comes from: a tag, or none yet.
    pub version: Version,
    /// The lock, whether or not its lease is over.
    pub lock: Option<StoredLock>,
}

/// The lock of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLock {
    /// The token that holds it.
    pub token: LockToken,
    /// The end of its lease.
    pub end: EpochMillis,
}

/// The row of one key during a transaction, and the change that a decision made.
#[derive(Clone, Debug)]
pub struct Slot {
    row: Option<StoredRow>,
    change: Change,
}

/// The outcome for the row of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// It is as it was read.
    Unchanged,
    /// It is to be stored so, whether or not there was one.
    Written(&'a StoredRow),
    /// It is to be removed.
    Removed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Unchanged,
    Written,
    Removed,
}

impl Slot {
    /// The slot of a row that was read, or of none.
    pub const fn new(row: Option<StoredRow>) -> Self {
        Self { row, change: Change::Unchanged }
    }

    /// The change that the engine has to store.
    pub fn outcome(&self) -> Outcome<'_> {
        match (self.change, &self.row) {
            (Change::Unchanged, _) => Outcome::Unchanged,
            (Change::Written, Some(row)) => Outcome::Written(row),
            (Change::Written | Change::Removed, _) => Outcome::Removed,
        }
    }

    /// The row as a decision sees it.
    pub(super) fn row(&self) -> Option<Row<'_>> {
        self.row.as_ref().map(StoredRow::as_row)
    }

    pub(super) fn apply(&mut self, effect: &Effect<'_>) {
        match effect {
            Effect::Nothing => {}
            Effect::Patch(patch) => {
                let row = self.row.take();
                self.row = row.map_or_else(|| StoredRow::of(patch), |row| Some(row.with(patch)));
                self.change = Change::Written;
            }
            Effect::Remove => {
                self.row = None;
                self.change = Change::Removed;
            }
        }
    }
}

impl StoredRow {
    /// The row as a decision sees it.
    pub fn as_row(&self) -> Row<'_> {
        let row = Row::new(&self.record, &self.version);
        let lock = self.lock.as_ref().map_or(RowLock::Free, |StoredLock { token, end }| {
            RowLock::Leased(Lease { token, end: *end })
        });
        Row { lock, ..row }
    }

    /// A row that was absent: the patch sets its data and its expiry.
    fn of(patch: &Patch<'_>) -> Option<Self> {
        let ((payload, tag), expires) = (patch.data.set()?, patch.expires.set()?);
        let record = Record { payload: payload.clone(), expires, deadline: None, idle: None };
        let row = Self { record, version: Version::tagged(*tag), lock: None };
        Some(row.with(patch))
    }

    fn with(mut self, patch: &Patch<'_>) -> Self {
        if let Some((payload, tag)) = patch.data.set() {
            self.record.payload = Payload::clone(payload);
            self.version = Version::tagged(*tag);
        }
        if let Some(expires) = patch.expires.set() {
            self.record.expires = expires;
        }
        if let Some(deadline) = patch.deadline.set() {
            self.record.deadline = deadline;
        }
        if let Some(idle) = patch.idle.set() {
            self.record.idle = idle;
        }
        if let Some(lock) = patch.lock.set() {
            self.lock = lock.map(|Lease { token, end }| StoredLock { token: token.clone(), end });
        }
        self
    }
}
