use crate::Result;
use crate::store::{Key, LockToken, SessionStore, Snapshot, Watch};
use crate::time::Timestamp;
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;

/// A store that locks its records.
///
/// A lock is a token and a lease. It is *held* by its token as long as that token is on the
/// record, and *live* until the lease is over. Safety rests on the token that every fenced write
/// names, never on clocks; clocks decide only when a takeover may be tried ([L11](crate::contract#l11)).
///
/// # Contract
///
/// - One held lock per record, and at most one live holder ([L1](crate::contract#l1)).
/// - A lapsed lock is taken over on the condition that it has lapsed: of many contenders exactly
///   one wins ([L7](crate::contract#l7)).
/// - A token that is still held after its lease, because nobody took over, may write ([L4](crate::contract#l4)).
#[async_trait]
pub trait LockingStore: SessionStore {
    /// Locks the record of `key` for `lease` and reads it, in one atomic step
    /// ([L2](crate::contract#l2)).
    ///
    /// Repeated with a token that holds the lock already, it succeeds again ([R11](crate::contract#r11)), and the lease
    /// starts anew. Nothing is created for an absent record ([L8](crate::contract#l8)).
    ///
    /// In the same step, a record that would expire under the lease gets an expiry at its end, clock
    /// skew included ([L14](crate::contract#l14)). The snapshot has that expiry.
    ///
    /// # Errors
    ///
    /// Failures of the store only: absent and busy are answers.
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired>;

    /// Starts the lease anew, for `lease` from now on; never shortens it.
    ///
    /// Moves the expiry as [`acquire`](Self::acquire) does, and returns that of the record afterwards.
    ///
    /// # Errors
    ///
    /// `Gone` without a live record, `LockLost` if the lock is not held by `token` ([L9](crate::contract#l9)).
    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp>;

    /// Releases the lock if `token` holds it, and changes nothing otherwise ([L6](crate::contract#l6)).
    ///
    /// # Errors
    ///
    /// Failures of the store only.
    async fn release(&self, key: &Key, token: &LockToken) -> Result<()>;

    /// Watches the lock of `key`, or returns `None` if the store wakes no waiter.
    ///
    /// A store that [declares](crate::store::Capabilities::with_wake_ups) whom it wakes returns a
    /// watch. It may return `None` while it cannot watch; the caller then waits as if it woke nobody.
    ///
    /// # Cancellation
    ///
    /// Dropping the future or the watch ends the watch.
    async fn watch(&self, key: &Key) -> Option<Box<dyn Watch>>;
}

/// The result of an attempt to lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acquired {
    /// The lock is the caller's, and this is the record.
    Locked(Snapshot),
    /// Another holds a live lock.
    Busy {
        /// The time until the lock lapses, clock skew included (L7), if the store knows it.
        remaining: Option<Duration>,
    },
    /// There is no live record.
    Absent,
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: LockingStore + ?Sized> LockingStore for Arc<S> {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        (**self).acquire(key, token, lease).await
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        (**self).renew(key, token, lease).await
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        (**self).release(key, token).await
    }

    async fn watch(&self, key: &Key) -> Option<Box<dyn Watch>> {
        (**self).watch(key).await
    }
}
