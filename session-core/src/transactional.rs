//! A store over any engine that has transactions.
//!
//! It is the short way to a new store.
//!
//! An [`Engine`] does two things: it runs a decision on the rows of a few keys under exclusive
//! access, and it finds expired rows. [`TransactionalStore`] makes a whole store of it, by the
//! [decision functions](crate::decision): versions, lifetimes, rotation, locks and collecting.
//!
//! The crate `session-sqlite` has an engine of a database.
//!
//! # Examples
//!
//! An engine of one mutex and one map. The store over it passes the whole suite of
//! `session-conformance`:
//!
//! ```
//! use async_trait::async_trait;
//! use session_core::error::Operation;
//! use session_core::store::{Cursor, DroppedCalls, Durability, Key};
//! use session_core::time::EpochMillis;
//! use session_core::transactional::{
//!     Access, Engine, EngineLimits, Expired, Outcome, Slot, StoredRow,
//! };
//! use session_core::{Error, ErrorKind, Result};
//! use std::collections::BTreeMap;
//! use std::num::NonZeroUsize;
//! use std::sync::{Mutex, PoisonError};
//!
//! #[derive(Debug, Default)]
//! struct MapEngine(Mutex<BTreeMap<Key, StoredRow>>);
//!
//! #[async_trait]
//! impl Engine for MapEngine {
//!     fn limits(&self) -> EngineLimits {
//!         EngineLimits {
//!             payloads: None,
//!             durability: Durability::Nothing,
//!             dropped_calls: DroppedCalls::AtOnce,
//!             max_key_bytes: 2_048,
//!             max_record_bytes: 64 * 1_024,
//!         }
//!     }
//!
//!     async fn transact<A, D>(&self, _: Access, keys: Vec<Key>, mut decide: D) -> Result<A>
//!     where
//!         A: Send + 'static,
//!         D: FnMut(&mut [Slot]) -> A + Send + 'static,
//!     {
//!         let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
//!         let mut slots: Vec<_> = keys.iter().map(|key| Slot::new(rows.get(key).cloned())).collect();
//!         let answer = decide(&mut slots);
//!         for (key, slot) in keys.into_iter().zip(&slots) {
//!             match slot.outcome() {
//!                 Outcome::Unchanged => {}
//!                 Outcome::Written(row) => drop(rows.insert(key, row.clone())),
//!                 Outcome::Removed => drop(rows.remove(&key)),
//!             }
//!         }
//!         Ok(answer)
//!     }
//!
//!     async fn expired(
//!         &self,
//!         now: EpochMillis,
//!         from: Option<&Cursor>,
//!         max_rows: NonZeroUsize,
//!     ) -> Result<Expired> {
//!         let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
//!         let after = from.map(|from| Key::new(from.expose()).map_err(|_| foreign())).transpose()?;
//!         let rest = rows.iter().filter(|(key, _)| after.as_ref().is_none_or(|after| *key > after));
//!         let expired = rest.filter(|(_, row)| row.record.expires.is_over(now));
//!         let keys: Vec<_> = expired.map(|(key, _)| key.clone()).take(max_rows.get()).collect();
//!         let next = keys.last().filter(|_| keys.len() == max_rows.get());
//!         let next = next.map(|key| Cursor::new(key.as_str()));
//!         Ok(Expired { keys, next })
//!     }
//! }
//!
//! fn foreign() -> Error {
//!     Error::new(Operation::Collect, ErrorKind::InvalidArgument)
//!         .with_detail("the cursor is not from this store: start the walk again without a cursor")
//! }
//!
//! let store = session_core::transactional::TransactionalStore::new(MapEngine::default());
//! let sessions = session_core::Sessions::<u64>::builder(
//!     session_core::Optimistic::new(store),
//!     session_core::codec::Json::new(),
//! );
//! assert!(sessions.build().is_ok());
//! ```

mod slot;
mod store;

pub use slot::{Outcome, Slot, StoredLock, StoredRow};
pub use store::TransactionalStore;

use crate::Result;
use crate::store::{Cursor, DroppedCalls, Durability, Key, PayloadKind};
use crate::time::EpochMillis;
use async_trait::async_trait;
use std::fmt::Debug;
use std::num::NonZeroUsize;

/// An engine that keeps rows and changes them in transactions.
///
/// # Contract
///
/// - Operations on one key are atomic and linearizable, and so is one on several keys ([R10](crate::contract#r10), [S4](crate::contract#s4)).
/// - What a transaction writes is stored as a whole or not at all, also if the future is dropped or
///   the process dies ([R13](crate::contract#r13)).
/// - An error is never reported as an absence ([R2](crate::contract#r2)).
#[async_trait]
pub trait Engine: Debug + Send + Sync + 'static {
    /// The limits of rows. Constant for the life of the engine.
    fn limits(&self) -> EngineLimits;

    /// Runs a transaction: reads rows, calls `decide` and stores the outcome.
    ///
    /// The call of `decide` gets a slot for each key, in the order of the keys. The engine stores
    /// each slot's [outcome](Slot::outcome).
    ///
    /// With [`Access::Write`] no other transaction changes the rows meanwhile. With [`Access::Read`] the
    /// decision changes nothing, and a consistent state of the rows is enough. It must include every
    /// write that was answered before the call.
    ///
    /// The keys differ. There are one or two, or by `sweep` as many as 50.
    ///
    /// If the engine rolls a transaction back because of another one, it may read again and call
    /// `decide` again; only the last call counts. It does so a bounded number of times, or within a
    /// time limit. Then it returns [`Unavailable`](crate::ErrorKind::Unavailable), with the outcome
    /// that nothing was applied, so the caller may repeat the operation later.
    ///
    /// # Cancellation
    ///
    /// A future that is dropped leaves the rows as they were, or as they were to become ([R13](crate::contract#r13)).
    ///
    /// # Errors
    ///
    /// Failures of the engine, with an outcome that says whether the rows may have changed. The store
    /// names the operation, so that of the error does not matter.
    async fn transact<A, D>(&self, access: Access, keys: Vec<Key>, decide: D) -> Result<A>
    where
        A: Send + 'static,
        D: FnMut(&mut [Slot]) -> A + Send + 'static;

    /// The keys of at most `max_rows` rows that have expired at `now`.
    ///
    /// The result also has the place where the walk continues.
    ///
    /// A walk that begins without a cursor and goes on until there is none finds every row that had
    /// expired when it began and stands until it is reached. A key may come twice.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a cursor of another store, and
    /// failures of the engine.
    async fn expired(
        &self,
        now: EpochMillis,
        from: Option<&Cursor>,
        max_rows: NonZeroUsize,
    ) -> Result<Expired>;
}

/// The purpose of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It reads rows and changes none, whatever their state.
    Read,
    /// It may change rows.
    Write,
}

/// The limits of the rows of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineLimits {
    /// The one kind of payload that is stored, or `None` for both.
    pub payloads: Option<PayloadKind>,
    /// The failures that an acknowledged transaction survives.
    pub durability: Durability,
    /// By when a transaction takes effect whose future was dropped.
    pub dropped_calls: DroppedCalls,
    /// The longest key, in bytes.
    pub max_key_bytes: usize,
    /// The size limit of a record: the bytes of key and payload, and 64 for the rest.
    pub max_record_bytes: usize,
}

/// Rows that have expired.
#[derive(Clone, Debug, Default)]
pub struct Expired {
    /// Their keys.
    pub keys: Vec<Key>,
    /// Where the walk goes on, or `None` at its end.
    pub next: Option<Cursor>,
}
