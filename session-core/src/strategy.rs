//! Strategies: the rules for concurrent handles of one session.

mod drained;
mod last_write_wins;
mod merge;
mod optimistic;
mod write;

pub use drained::Drained;
pub use last_write_wins::LastWriteWins;
pub use merge::Merge;
pub(crate) use merge::text_like;
pub use optimistic::Optimistic;
pub use write::Write;

use crate::error::Outcome;
use crate::store::{Deletion, Freshness, Key, SessionStore, Snapshot, Tag};
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result};
use async_trait::async_trait;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// How a session is opened for writing, and the one way to its store.
///
/// [`LastWriteWins`] takes no care, [`Optimistic`] rejects the write that lost the race, and
/// `session-locking` has a strategy that makes the second wait for the first. Reading is the same
/// under all: it goes to the [store](Self::store) and never waits.
#[async_trait]
pub trait Strategy: Debug + Send + Sync + 'static {
    /// The store that the sessions are in.
    fn store(&self) -> &dyn SessionStore;

    /// Checks that the store does what the strategy needs.
    ///
    /// It is called when sessions are built.
    ///
    /// A strategy that needs nothing beyond what every store does leaves it as it is; a wrapper of
    /// another one passes it on.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config), naming what the store does not do.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Reads the record of `key` and claims it for a handle that may write.
    ///
    /// It returns `None` if there is no live record.
    ///
    /// `freshness` says whether the read may be stale. A strategy that locks the record reads it in
    /// the same step, and never stale.
    ///
    /// # Cancellation
    ///
    /// A future that is dropped leaves no claim behind, but for a lock that lapses ([R13](crate::contract#r13)).
    ///
    /// # Errors
    ///
    /// Failures of the store, and [`LockTimeout`](crate::ErrorKind::LockTimeout) from a strategy
    /// that waits.
    async fn open(&self, key: &Key, freshness: Freshness) -> Result<Option<Opened>>;

    /// Claims a record that was read as `seen` for a handle that may write.
    ///
    /// It returns `None` if it is known that there is no live one any more
    /// ([S9](crate::contract#s9)).
    ///
    /// A strategy that holds nothing while a handle is open sends nothing: it returns `seen`, and a
    /// claim whose writes expect it. One that locks opens the record, and returns what it finds.
    ///
    /// # Cancellation
    ///
    /// As for [`open`](Self::open).
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    async fn claim(&self, key: &Key, seen: &Snapshot) -> Result<Option<Opened>>;

    /// Waits for the background work of handles that ended, for at most `timeout`.
    ///
    /// A strategy with nothing in the background returns [`Drained::default`] at once; a wrapper
    /// of another one passes the call on.
    ///
    /// # Cancellation
    ///
    /// Dropping the future ends the wait. The background work continues.
    async fn drain(&self, timeout: Duration) -> Drained;
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: Strategy + ?Sized> Strategy for Arc<S> {
    fn store(&self) -> &dyn SessionStore {
        (**self).store()
    }

    fn check(&self) -> Result<()> {
        (**self).check()
    }

    async fn open(&self, key: &Key, freshness: Freshness) -> Result<Option<Opened>> {
        (**self).open(key, freshness).await
    }

    async fn claim(&self, key: &Key, seen: &Snapshot) -> Result<Option<Opened>> {
        (**self).claim(key, seen).await
    }

    async fn drain(&self, timeout: Duration) -> Drained {
        (**self).drain(timeout).await
    }
}

/// A record that was opened for writing.
#[derive(Debug)]
pub struct Opened {
    /// The record as it was when it was claimed.
    pub snapshot: Snapshot,
    /// The claim of the handle on it.
    pub claim: Box<dyn Claim>,
}

/// The claim of one handle on its record, from opening to its last write.
///
/// A claim knows its store, its key, and what a write must expect. The last write consumes it, and
/// releases the record in the same step. A claim that is dropped releases it in the background.
///
/// # Errors
///
/// The writes have the errors of the [`SessionStore`] operation of the same name; which of them
/// can arise is the strategy.
#[async_trait]
pub trait Claim: Debug + Send + Sync {
    /// Writes data, expiry and a new lifetime if there is one, and releases the record.
    ///
    /// If the payload is the one that the claim was opened with, a strategy that tolerates the
    /// writes of others carries along what they wrote instead, where it can tell ([S10](crate::contract#s10)).
    async fn update(self: Box<Self>, write: Write, version: &Tag) -> Result<()>;

    /// Moves the expiry, and releases the record.
    async fn touch(self: Box<Self>, expires: Timestamp) -> Result<()>;

    /// Moves the record to the key `new` with this write, in one step ([S4](crate::contract#s4)).
    ///
    /// It releases the record.
    ///
    /// Without a new lifetime, the record at `new` has the one that the claim was opened with. For
    /// data that is unchanged, what is said of [`update`](Self::update) holds.
    async fn rotate(self: Box<Self>, new: &Key, write: Write, version: &Tag) -> Result<()>;

    /// Deletes the record, whatever its present state.
    async fn delete(self: Box<Self>) -> Result<Deletion>;

    /// Releases the record without a write.
    async fn release(self: Box<Self>) -> Result<()>;
}

/// Whether another write came first, and the call has certainly not taken effect.
fn is_certain_conflict(error: &Error) -> bool {
    error.kind() == ErrorKind::Conflict && error.outcome() == Outcome::NotApplied
}
