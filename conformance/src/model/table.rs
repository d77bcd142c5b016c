//! The rows of the model.

use super::{Row, Rules};
use session_core::error::Operation;
use session_core::store::{Capabilities, Key, Payload};
use session_core::time::EpochMillis;
use session_core::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The model's rows and the rules by which they change.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) rows: BTreeMap<Key, Row>,
    pub(super) rules: Arc<dyn Rules>,
}

impl Table {
    /// The room that is kept free for a lock, and for all else but key and data.
    const OVERHEAD: usize = 64;

    pub(super) fn new(rules: Arc<dyn Rules>) -> Self {
        let rows = BTreeMap::new();
        Self { rows, rules }
    }

    pub(super) fn capabilities(&self) -> Capabilities {
        self.rules.capabilities()
    }

    pub(super) fn find(&self, key: &Key) -> Option<&Row> {
        self.rows.get(&self.rules.file_under(key))
    }

    pub(super) fn live(&self, operation: Operation, key: &Key, now: EpochMillis) -> Option<&Row> {
        let row = self.find(key)?;
        self.rules.is_live(operation, row, now).then_some(row)
    }

    pub(super) fn live_or_gone(
        &self,
        operation: Operation,
        key: &Key,
        now: EpochMillis,
    ) -> Result<&Row> {
        self.live(operation, key, now).ok_or_else(|| gone(operation))
    }

    pub(super) fn write(&mut self, operation: Operation, key: &Key, after: Row) {
        let key = self.rules.file_under(key);
        let row = self.rules.written(operation, self.rows.get(&key), after);
        self.rows.insert(key, row);
    }

    pub(super) fn remove(&mut self, key: &Key) {
        self.rows.remove(&self.rules.file_under(key));
    }

    pub(super) fn admit_size(&self, operation: Operation, key: &Key, data: &Payload) -> Result<()> {
        let size = key.as_str().len() + data.len() + Self::OVERHEAD;
        self.capabilities().admit_size(operation, size)
    }
}

fn gone(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::Gone)
}
