//! Operations of a model that a function changes.

use crate::calls::{
    AcquireCall, CreateCall, DeleteCall, LoadCall, ReleaseCall, RenewCall, RotateCall, SweepCall,
    TouchCall, UpdateCall,
};
use crate::twist::Twist;
use async_trait::async_trait;
use futures_util::FutureExt;
use session_conformance::{Model, Row};
use session_core::Result;
use session_core::store::{Acquired, Deletion, Key, Payload, Record, Snapshot, Sweep};
use session_core::time::Timestamp;

/// Declares, for each operation, the twist that calls a function instead.
macro_rules! changes {
    ($($change:ident: $operation:ident($call:ident) -> $answer:ty;)*) => {$(
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $change(pub(crate) fn(&Model, $call<'_>) -> Result<$answer>);

        #[async_trait]
        impl Twist for $change {
            async fn $operation(&self, model: &Model, call: $call<'_>) -> Result<$answer> {
                self.0(model, call)
            }
        }
    )*};
}

changes! {
    Loads: load(LoadCall) -> Option<Snapshot>;
    Creates: create(CreateCall) -> ();
    Updates: update(UpdateCall) -> ();
    Touches: touch(TouchCall) -> ();
    Rotates: rotate(RotateCall) -> ();
    Deletes: delete(DeleteCall) -> Deletion;
    Acquires: acquire(AcquireCall) -> Acquired;
    Renews: renew(RenewCall) -> Timestamp;
    Releases: release(ReleaseCall) -> ();
    Sweeps: sweep(SweepCall) -> Sweep;
}

/// The answer of a model, which waits for nothing.
pub(crate) fn now<T>(answer: impl Future<Output = T>) -> T {
    answer.now_or_never().expect("the model waits for nothing")
}

/// Changes a row of a model, if it is there.
pub(crate) fn change_row(model: &Model, key: &Key, change: impl FnOnce(&mut Row)) {
    model.with_rows(|rows| rows.get_mut(key).map(change));
}

/// A record without a lifetime of its own.
pub(crate) const fn plain(payload: Payload, expires: Timestamp) -> Record {
    Record { payload, expires, deadline: None, idle: None }
}
