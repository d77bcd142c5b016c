use crate::Result;
use crate::store::{
    Capabilities, Change, Expect, Freshness, Key, Record, Rotation, Snapshot, Tag, Touch,
};
use async_trait::async_trait;
use std::fmt::Debug;
use std::sync::Arc;

/// A place that keeps sessions: the contract of its authors.
///
/// The [laws](crate::contract) are numbered, and `session-conformance` has a case for each.
/// Every method is required, because a default body would be right for some stores and subtly
/// wrong for the others. Users do not call these; they hold [`Sessions`](crate::Sessions).
///
/// # Contract
///
/// - **Liveness ([R1](crate::contract#r1)).** A record is live while its expiry is after the store's clock. An expired record
///   is as good as absent in every method, whether or not anybody has removed it.
/// - **Nothing is guessed ([R2](crate::contract#r2)).** An error is never reported as an absence, nor an absence as an
///   error.
/// - **Atomicity ([R10](crate::contract#r10)).** Operations on one key are atomic and linearizable, keys are isolated
///   from each other ([R12](crate::contract#r12)).
/// - **Repetition ([R11](crate::contract#r11)).** A call repeated with the same version or token, because its reply was
///   lost, succeeds. An unrecognized repetition is an error with an
///   [unknown outcome](crate::error::Outcome::Unknown).
/// - **Rejections ([R14](crate::contract#r14), [R15](crate::contract#r15)).** What needs no look at the record comes first, as
///   [`Capabilities`] checks it; then `Gone`, then `LockLost` or `Locked`, then `Conflict`. What is
///   rejected changes nothing.
///
/// # Cancellation
///
/// A future that is dropped leaves the state before the operation, or after it ([R13](crate::contract#r13)).
#[async_trait]
pub trait SessionStore: Debug + Send + Sync + 'static {
    /// The capabilities and limits of this store. Constant for the life of the store.
    fn capabilities(&self) -> Capabilities;

    /// The live record of `key`, or `None`.
    ///
    /// A lock does not stop readers ([L3](crate::contract#l3)). `freshness` says whether the read may be stale where the
    /// store is configured so.
    ///
    /// # Errors
    ///
    /// Failures of the store, never an absence.
    async fn load(&self, key: &Key, freshness: Freshness) -> Result<Option<Snapshot>>;

    /// Creates the record of `key`, replacing an expired one entirely ([R3](crate::contract#r3)).
    ///
    /// # Errors
    ///
    /// `AlreadyExists` if there is a live record that this call has not written ([R11](crate::contract#r11)).
    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()>;

    /// Replaces the data and the expiry of a live record.
    ///
    /// Its deadline and its idle timeout stay, unless the change has a lifetime
    /// ([S10](crate::contract#s10)).
    ///
    /// An update that passes a lapsed lock removes it ([L3](crate::contract#l3)).
    ///
    /// # Errors
    ///
    /// `Gone` without a live record ([R4](crate::contract#r4)); `LockLost` if the expected lock is not held ([L4](crate::contract#l4));
    /// `Locked` if none is expected and one is live ([L3](crate::contract#l3)); `Conflict` on another version than
    /// expected ([R5](crate::contract#r5)).
    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()>;

    /// Moves the expiry of a live record forwards, and nothing else ([R6](crate::contract#r6)).
    ///
    /// Asked to move it backwards, it succeeds and leaves the expiry. A live lock is no obstacle
    /// to a touch that names none.
    ///
    /// # Errors
    ///
    /// `Gone`, `LockLost` and `Conflict`, as for [`update`](Self::update).
    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()>;

    /// Deletes the live record of `old` and creates the rotation's record at `new`.
    ///
    /// Both happen in one atomic step ([S4](crate::contract#s4)).
    ///
    /// The record at `new` has no lock: a rotation ends the lock of the old one ([L5](crate::contract#l5)). Rejected, it
    /// changes nothing at either key.
    ///
    /// # Errors
    ///
    /// As for [`update`](Self::update) with regard to `old`, and `AlreadyExists` if a live record
    /// stands at `new`.
    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()>;

    /// Deletes the record of `key`, and says whether a live one was there ([R7](crate::contract#r7)).
    ///
    /// A deletion that expects nothing passes any lock: logout and revocation win ([L3](crate::contract#l3)).
    ///
    /// # Errors
    ///
    /// `LockLost` or `Conflict` if the expectation does not hold on a live record.
    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion>;
}

/// The result of a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// A live record, which is deleted now.
    Deleted,
    /// No live record.
    WasAbsent,
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: SessionStore + ?Sized> SessionStore for Arc<S> {
    fn capabilities(&self) -> Capabilities {
        (**self).capabilities()
    }

    async fn load(&self, key: &Key, freshness: Freshness) -> Result<Option<Snapshot>> {
        (**self).load(key, freshness).await
    }

    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        (**self).create(key, record, version).await
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        (**self).update(key, change, expect, version).await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        (**self).touch(key, touch, expect).await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        (**self).rotate(old, new, rotation, expect, version).await
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        (**self).delete(key, expect).await
    }
}
