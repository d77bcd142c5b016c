//! The calls of a store, each with its arguments as one value.

use session_core::Result;
use session_core::store::{
    Acquired, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key, LockToken,
    LockingStore, Record, Rotation, SessionStore, Snapshot, Sweep, SweepBudget, Tag, Touch,
};
use session_core::time::Timestamp;
use std::time::Duration;

/// Declares a call for each operation.
macro_rules! calls {
    ($($call:ident: $operation:ident($($argument:ident: $type:ty),*) of $store:ident
        -> $answer:ty;)*) => {$(
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $call<'a> {
            $(pub(crate) $argument: $type,)*
        }

        impl $call<'_> {
            pub(crate) async fn on<S: $store>(self, store: &S) -> Result<$answer> {
                store.$operation($(self.$argument),*).await
            }
        }
    )*};
}

calls! {
    LoadCall: load(key: &'a Key, freshness: Freshness) of SessionStore -> Option<Snapshot>;
    CreateCall: create(key: &'a Key, record: &'a Record, version: &'a Tag) of SessionStore -> ();
    UpdateCall: update(key: &'a Key, change: &'a Change, expect: &'a Expect, version: &'a Tag)
        of SessionStore -> ();
    TouchCall: touch(key: &'a Key, touch: &'a Touch, expect: &'a Expect) of SessionStore -> ();
    RotateCall: rotate(
        old: &'a Key,
        new: &'a Key,
        rotation: &'a Rotation,
        expect: &'a Expect,
        version: &'a Tag
    ) of SessionStore -> ();
    DeleteCall: delete(key: &'a Key, expect: &'a Expect) of SessionStore -> Deletion;
    AcquireCall: acquire(key: &'a Key, token: &'a LockToken, lease: Duration)
        of LockingStore -> Acquired;
    RenewCall: renew(key: &'a Key, token: &'a LockToken, lease: Duration)
        of LockingStore -> Timestamp;
    ReleaseCall: release(key: &'a Key, token: &'a LockToken) of LockingStore -> ();
    SweepCall: sweep(budget: &'a SweepBudget, from: Option<&'a Cursor>)
        of CollectingStore -> Sweep;
}
