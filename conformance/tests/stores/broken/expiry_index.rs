//! An index of expiries that is not written with every record.

use crate::broken::rejects;
use crate::twist::ruled;
use session_conformance::{Lawful, Row, Rules};
use session_core::error::Operation;
use session_core::store::Version;
use session_core::time::{EpochMillis, Timestamp};
use std::sync::Mutex;

/// Collects by an index to which one operation does not write the expiry.
#[derive(Debug)]
struct IndexesAllBut {
    operation: Operation,
    finds: Finds,
    index: Mutex<Vec<(Version, Timestamp)>>,
}

/// The treatment of a record that the index shows as expired.
#[derive(Debug, PartialEq, Eq)]
enum Finds {
    /// The sweep takes the record for expired.
    Expired,
    /// The sweep reads the record, and removes it from the index if it is live.
    Once,
}

impl IndexesAllBut {
    const fn writes_of(operation: Operation, finds: Finds) -> Self {
        Self { operation, finds, index: Mutex::new(Vec::new()) }
    }
}

impl Rules for IndexesAllBut {
    fn written(&self, operation: Operation, before: Option<&Row>, after: Row) -> Row {
        let mut index = self.index.lock().expect("no test panics under this lock");
        let stale = |row: &Row| {
            let entry = index.iter().rev().find(|(version, _)| *version == row.version);
            entry.map(|(_, expires)| *expires)
        };
        let is_unindexed = [self.operation, Operation::Release].contains(&operation);
        let is_stale = is_unindexed && (before.is_some() || operation == Operation::Rotate);
        let expires = match before.and_then(stale) {
            Some(stale) if is_stale => stale,
            None if is_stale => Timestamp::MAX,
            _ => after.record.expires,
        };
        index.push((after.version.clone(), expires));
        after
    }

    fn is_live(&self, operation: Operation, row: &Row, now: EpochMillis) -> bool {
        let is_live = Lawful.is_live(operation, row, now);
        if operation != Operation::Collect {
            return is_live;
        }
        let mut index = self.index.lock().expect("no test panics under this lock");
        let entry = index.iter_mut().rev().find(|(version, _)| *version == row.version);
        let (_, expires) = entry.expect("every write is in the index");
        let is_found = expires.is_over(now);
        if self.finds == Finds::Expired {
            return !is_found;
        }
        if is_found && is_live {
            *expires = Timestamp::MAX;
        }
        is_live || !is_found
    }
}

rejects! {
    indexes_no_update = ruled(IndexesAllBut::writes_of(Operation::Update, Finds::Expired))
        => [
            a_sweep_goes_by_the_latest_expiry,
            a_lapsed_lock_keeps_nothing,
            a_sweep_gets_past_spared_records,
        ];
    indexes_no_update_and_finds_once = ruled(IndexesAllBut::writes_of(Operation::Update, Finds::Once))
        => [
            a_sweep_goes_by_the_latest_expiry,
            a_lapsed_lock_keeps_nothing,
            a_sweep_gets_past_spared_records,
        ];
    indexes_no_touch = ruled(IndexesAllBut::writes_of(Operation::Touch, Finds::Once))
        => [a_sweep_goes_by_the_latest_expiry];
    indexes_no_rotation = ruled(IndexesAllBut::writes_of(Operation::Rotate, Finds::Expired))
        => [a_sweep_goes_by_the_latest_expiry];
    indexes_no_acquisition = ruled(IndexesAllBut::writes_of(Operation::Acquire, Finds::Expired))
        => [a_sweep_goes_by_the_latest_expiry];
    indexes_no_renewal = ruled(IndexesAllBut::writes_of(Operation::Renew, Finds::Once))
        => [a_sweep_goes_by_the_latest_expiry];
    indexes_no_replacement = ruled(IndexesAllBut::writes_of(Operation::Create, Finds::Once))
        => [a_sweep_goes_by_the_latest_expiry];
}
