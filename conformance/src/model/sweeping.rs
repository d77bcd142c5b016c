//! The sequential specification of collecting.

use super::table::Table;
use super::{Model, Row};
use async_trait::async_trait;
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{CollectingStore, Cursor, Key, Sweep, SweepBudget};
use session_core::time::EpochMillis;
use std::ops::Bound;

#[async_trait]
impl CollectingStore for Model {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        let (mut table, now) = self.begin();
        let mut sweep = Sweep::default();
        let mut keys = table.keys_after(from);
        let has_more = keys.len() > budget.max_records.get();
        keys.truncate(budget.max_records.get());
        for key in &keys {
            sweep.scanned += 1;
            table.sweep_one(key, (budget.due(now), now), &mut sweep);
        }
        let last = keys.last().filter(|_| has_more);
        sweep.next = last.map(|key| Cursor::new(key.as_str()));
        Ok(sweep)
    }
}

impl Table {
    /// Deletes a record that was expired at `due`, unless a lock spares it now.
    fn sweep_one(&mut self, key: &Key, (due, now): (EpochMillis, EpochMillis), sweep: &mut Sweep) {
        let Some(row) = self.rows.get(key) else {
            return;
        };
        if self.rules.is_live(Operation::Collect, row, due) {
            return;
        }
        sweep.expired += 1;
        if self.is_spared(row, now) {
            sweep.spared += 1;
        } else {
            self.rows.remove(key);
            sweep.deleted += 1;
        }
    }

    fn is_spared(&self, row: &Row, now: EpochMillis) -> bool {
        let operation = Operation::Collect;
        let lock = row.lock.as_ref();
        lock.is_some_and(|lock| !self.rules.has_lapsed(operation, lock, now))
    }

    fn keys_after(&self, from: Option<&Cursor>) -> Vec<Key> {
        let from = from.and_then(|cursor| Key::new(cursor.expose()).ok());
        let start = from.map_or(Bound::Unbounded, Bound::Excluded);
        let rows = self.rows.range((start, Bound::Unbounded));
        rows.map(|(key, _)| key.clone()).collect()
    }
}
