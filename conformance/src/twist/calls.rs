//! The calls of a store, each with its arguments as one value.

use session_core::Result;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key, LockToken,
    LockingStore, Record, Rotation, SessionStore, Snapshot, Sweep, SweepBudget, Tag, Touch,
};
use session_core::time::Timestamp;
use std::fmt::Debug;
use std::time::Duration;

/// A call of any operation of a store `S`.
pub trait Call<S: ?Sized>: Copy + Debug + Send + Sync {
    type Answer: Debug + Send;

    const OPERATION: Operation;

    /// The key of its record, and the old one of a rotation. A sweep has none.
    fn key(&self) -> Option<&Key>;

    /// Makes the call, as often as a caller likes.
    fn on(self, store: &S) -> impl Future<Output = Result<Self::Answer>> + Send;
}

/// Declares a call for each operation.
macro_rules! calls {
    ($($call:ident: $operation:ident($($argument:ident: $type:ty),*) of $store:ident
        -> $answer:ty, as $name:ident by $key:expr;)*) => {$(
        #[derive(Clone, Copy, Debug)]
        pub struct $call<'a> {
            $(pub $argument: $type,)*
        }

        impl $call<'_> {
            pub async fn on<S: $store + ?Sized>(self, store: &S) -> Result<$answer> {
                store.$operation($(self.$argument),*).await
            }
        }

        impl<S: $store + ?Sized> Call<S> for $call<'_> {
            type Answer = $answer;

            const OPERATION: Operation = Operation::$name;

            fn key(&self) -> Option<&Key> {
                let key: fn(&Self) -> Option<&Key> = $key;
                key(self)
            }

            async fn on(self, store: &S) -> Result<$answer> {
                store.$operation($(self.$argument),*).await
            }
        }
    )*};
}

calls! {
    LoadCall: load(key: &'a Key, freshness: Freshness) of SessionStore
        -> Option<Snapshot>, as Load by |call| Some(call.key);
    CreateCall: create(key: &'a Key, record: &'a Record, version: &'a Tag) of SessionStore
        -> (), as Create by |call| Some(call.key);
    UpdateCall: update(key: &'a Key, change: &'a Change, expect: &'a Expect, version: &'a Tag)
        of SessionStore -> (), as Update by |call| Some(call.key);
    TouchCall: touch(key: &'a Key, touch: &'a Touch, expect: &'a Expect) of SessionStore
        -> (), as Touch by |call| Some(call.key);
    RotateCall: rotate(
        old: &'a Key,
        new: &'a Key,
        rotation: &'a Rotation,
        expect: &'a Expect,
        version: &'a Tag
    ) of SessionStore -> (), as Rotate by |call| Some(call.old);
    DeleteCall: delete(key: &'a Key, expect: &'a Expect) of SessionStore
        -> Deletion, as Delete by |call| Some(call.key);
    AcquireCall: acquire(key: &'a Key, token: &'a LockToken, lease: Duration) of LockingStore
        -> Acquired, as Acquire by |call| Some(call.key);
    RenewCall: renew(key: &'a Key, token: &'a LockToken, lease: Duration) of LockingStore
        -> Timestamp, as Renew by |call| Some(call.key);
    ReleaseCall: release(key: &'a Key, token: &'a LockToken) of LockingStore
        -> (), as Release by |call| Some(call.key);
    SweepCall: sweep(budget: &'a SweepBudget, from: Option<&'a Cursor>) of CollectingStore
        -> Sweep, as Collect by |_| None;
}
