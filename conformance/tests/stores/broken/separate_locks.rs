//! Locks apart from their records, which outlive them.

use crate::broken::rejects;
use crate::calls::{AcquireCall, Call, CreateCall};
use crate::changes::change_row;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::{Lock, Model};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{Acquired, Key};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

/// Leaves the lock behind when one operation ends the record.
#[derive(Debug)]
struct LeavesLocksBehind {
    operation: Operation,
    /// Whether the lock alone is found busy.
    is_record: bool,
    left: Mutex<BTreeMap<Key, Lock>>,
}

impl LeavesLocksBehind {
    const fn at(operation: Operation, is_record: bool) -> Self {
        Self { operation, is_record, left: Mutex::new(BTreeMap::new()) }
    }

    fn left(&self) -> MutexGuard<'_, BTreeMap<Key, Lock>> {
        self.left.lock().expect("no test panics under this lock")
    }
}

#[async_trait]
impl Twist for LeavesLocksBehind {
    /// Keeps the locks of the records that an operation ends.
    async fn call<C: Call<Model>>(&self, model: &Model, call: C) -> Result<C::Answer> {
        let before = model.with_rows(|rows| rows.clone());
        let answer = call.on(model).await;
        if C::OPERATION == self.operation {
            let ended = before
                .into_iter()
                .filter(|(key, _)| !model.with_rows(|rows| rows.contains_key(key)));
            self.left().extend(ended.filter_map(|(key, row)| Some((key, row.lock?))));
        }
        answer
    }

    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        let CreateCall { key, .. } = call;
        call.on(model).await?;
        if let Some(lock) = self.left().remove(key) {
            change_row(model, key, |row| row.lock = Some(lock));
        }
        Ok(())
    }

    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        if self.is_record && self.left().contains_key(call.key) {
            return Ok(Acquired::Busy { remaining: None });
        }
        call.on(model).await
    }
}

/// Stores the lock among the records, under the key of its record and a suffix.
#[derive(Debug)]
struct LocksAmongTheRecords;

#[async_trait]
impl Twist for LocksAmongTheRecords {
    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        let acquired = call.on(model).await?;
        if matches!(acquired, Acquired::Locked(_)) {
            let key = Key::new(format!("{}:lock", call.key.as_str()))?;
            model.with_rows(|rows| {
                let row = rows.get(call.key).cloned();
                rows.extend(row.map(|row| (key, row)));
            });
        }
        Ok(acquired)
    }
}

rejects! {
    locks_among_the_records = twisted(LocksAmongTheRecords) => [keys_with_separators_are_isolated];
    leaves_the_lock_of_a_deleted_record = twisted(LeavesLocksBehind::at(Operation::Delete, false))
        => [a_lock_ends_with_its_record];
    finds_the_lock_of_a_deleted_record = twisted(LeavesLocksBehind::at(Operation::Delete, true))
        => [
            a_lock_ends_with_its_record,
            a_deletion_under_a_lock_lets_the_queue_move_on,
            a_destruction_lets_the_queue_move_on,
        ];
    leaves_the_lock_at_the_old_key = twisted(LeavesLocksBehind::at(Operation::Rotate, false))
        => [a_lock_ends_with_its_record];
    leaves_the_lock_of_a_collected_record = twisted(LeavesLocksBehind::at(Operation::Collect, false))
        => [a_lock_ends_with_its_record];
}
