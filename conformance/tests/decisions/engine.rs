//! An engine of one mutex and one map.

use async_trait::async_trait;
use session_core::error::Operation;
use session_core::store::{Cursor, DroppedCalls, Durability, Key};
use session_core::time::EpochMillis;
use session_core::transactional::{
    Access, Engine, EngineLimits, Expired, Outcome, Slot, StoredRow,
};
use session_core::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

#[derive(Debug, Default)]
pub(crate) struct MapEngine(Mutex<BTreeMap<Key, StoredRow>>);

#[async_trait]
impl Engine for MapEngine {
    fn limits(&self) -> EngineLimits {
        EngineLimits {
            payloads: None,
            durability: Durability::Nothing,
            dropped_calls: DroppedCalls::AtOnce,
            max_key_bytes: 2_048,
            max_record_bytes: 64 * 1_024,
        }
    }

    async fn transact<A, D>(&self, _: Access, keys: Vec<Key>, mut decide: D) -> Result<A>
    where
        A: Send + 'static,
        D: FnMut(&mut [Slot]) -> A + Send + 'static,
    {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut slots: Vec<_> = keys.iter().map(|key| Slot::new(rows.get(key).cloned())).collect();
        let answer = decide(&mut slots);
        for (key, slot) in keys.into_iter().zip(&slots) {
            match slot.outcome() {
                Outcome::Unchanged => {}
                Outcome::Written(row) => drop(rows.insert(key, row.clone())),
                Outcome::Removed => drop(rows.remove(&key)),
            }
        }
        Ok(answer)
    }

    async fn expired(
        &self,
        now: EpochMillis,
        from: Option<&Cursor>,
        max_rows: NonZeroUsize,
    ) -> Result<Expired> {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let after = from.map(|from| Key::new(from.expose()).map_err(|_| foreign())).transpose()?;
        let rest = rows.iter().filter(|(key, _)| after.as_ref().is_none_or(|after| *key > after));
        let expired = rest.filter(|(_, row)| row.record.expires.is_over(now));
        let keys: Vec<_> = expired.map(|(key, _)| key.clone()).take(max_rows.get()).collect();
        let next = keys.last().filter(|_| keys.len() == max_rows.get());
        let next = next.map(|key| Cursor::new(key.as_str()));
        Ok(Expired { keys, next })
    }
}

fn foreign() -> Error {
    Error::new(Operation::Collect, ErrorKind::InvalidArgument)
        .with_detail("the cursor is not from this store: start the walk again without a cursor")
}
