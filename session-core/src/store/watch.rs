use async_trait::async_trait;
use std::fmt::Debug;

/// A watch on a key's lock, which reports when it may have become free
/// ([L13](crate::contract#l13)).
///
/// A [`LockingStore`](crate::store::LockingStore) that [declares](WakeUps) whom it wakes returns one. It
/// is a hint and no more: a waiter asks again without it, and bounds how often it asks because of it
/// ([L10](crate::contract#l10)).
#[async_trait]
pub trait Watch: Debug + Send {
    /// Completes when the lock may have become free.
    ///
    /// It reports changes since the watch began, or since the last call that completed.
    ///
    /// It may complete too early, and for several watches at once. A watch that may have missed a
    /// change completes. A lease that expires is not reported.
    ///
    /// # Cancellation
    ///
    /// A future that is dropped loses no change: the next call reports it.
    async fn changed(&mut self);
}

/// Whom a store wakes when a lock becomes free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WakeUps {
    /// Nobody: waiters ask again after their back-off.
    #[default]
    Nobody,
    /// Those who watch through the same handle of the store.
    ThisHandle,
    /// Those who watch through any handle, in other processes too.
    AllHandles,
}
