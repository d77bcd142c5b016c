//! Operations that an async function changes, such as into several steps.

use crate::calls::{
    AcquireCall, CreateCall, DeleteCall, LoadCall, RotateCall, SweepCall, TouchCall, UpdateCall,
};
use crate::twist::Twist;
use async_trait::async_trait;
use futures_util::future::BoxFuture;
use session_core::Result;
use session_core::store::{Acquired, CollectingStore, Deletion, LockingStore, Snapshot, Sweep};
use std::fmt::{self, Debug, Formatter};

/// An async function from a store and a call to its answer.
pub(crate) trait Steps<'a, S, C, T>: Send + Sync + 'static {
    fn take(&self, store: &'a S, call: C) -> BoxFuture<'a, Result<T>>;
}

impl<'a, S: 'a, C, T, F, A> Steps<'a, S, C, T> for F
where
    F: Fn(&'a S, C) -> A + Send + Sync + 'static,
    A: Future<Output = Result<T>> + Send + 'a,
{
    fn take(&self, store: &'a S, call: C) -> BoxFuture<'a, Result<T>> {
        Box::pin(self(store, call))
    }
}

/// Declares, for each operation, the twist that calls an async function instead.
macro_rules! in_steps {
    ($($operation:ident($call:ident) -> $answer:ty;)*) => {$(
        pub(crate) fn $operation<S, F>(steps: F) -> impl Twist<S>
        where
            S: LockingStore + CollectingStore,
            F: for<'a> Steps<'a, S, $call<'a>, $answer>,
        {
            struct InSteps<F>(F);

            impl<F> Debug for InSteps<F> {
                fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                    formatter.write_str("InSteps")
                }
            }

            #[async_trait]
            impl<S, F> Twist<S> for InSteps<F>
            where
                S: LockingStore + CollectingStore,
                F: for<'a> Steps<'a, S, $call<'a>, $answer>,
            {
                async fn $operation(&self, store: &S, call: $call<'_>) -> Result<$answer> {
                    self.0.take(store, call).await
                }
            }

            InSteps(steps)
        }
    )*};
}

in_steps! {
    load(LoadCall) -> Option<Snapshot>;
    create(CreateCall) -> ();
    update(UpdateCall) -> ();
    touch(TouchCall) -> ();
    rotate(RotateCall) -> ();
    delete(DeleteCall) -> Deletion;
    acquire(AcquireCall) -> Acquired;
    sweep(SweepCall) -> Sweep;
}
