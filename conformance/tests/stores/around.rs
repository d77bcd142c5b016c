//! Twists that run the same code around every operation.

use crate::calls::{
    AcquireCall, CreateCall, DeleteCall, LoadCall, ReleaseCall, RenewCall, RotateCall, SweepCall,
    TouchCall, UpdateCall,
};
use crate::twist::Twist;
use async_trait::async_trait;
use session_conformance::Model;
use session_core::error::Operation;
use session_core::store::{Acquired, Deletion, Snapshot, Sweep};
use session_core::time::Timestamp;
use session_core::{Error, ErrorKind, Result};
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::yield_now;

/// Code that runs before and after an operation of the model.
#[async_trait]
pub(crate) trait Around: Debug + Send + Sync + 'static {
    async fn around<T: Send>(&self, operation: impl Future<Output = Result<T>> + Send)
    -> Result<T>;
}

/// Answers `Unavailable` to a call that meets another one.
///
/// Databases do so where transactions meet.
#[derive(Debug, Default)]
pub(crate) struct UnavailableWhereCallsMeet {
    is_busy: AtomicBool,
    /// Whether it applies such a call all the same.
    applies: bool,
}

impl UnavailableWhereCallsMeet {
    /// The fault: a call that is said not to be applied is applied.
    pub(crate) fn that_applies() -> Self {
        Self { applies: true, ..Self::default() }
    }
}

#[async_trait]
impl Around for UnavailableWhereCallsMeet {
    async fn around<T: Send>(
        &self,
        operation: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        if self.is_busy.swap(true, Ordering::SeqCst) {
            if self.applies {
                for _ in 0..3 {
                    yield_now().await;
                }
                drop(operation.await);
            }
            return Err(Error::new(Operation::Update, ErrorKind::Unavailable));
        }
        let _end = Ends(&self.is_busy);
        yield_now().await;
        let answer = operation.await;
        yield_now().await;
        answer
    }
}

/// The end of a call, also of one that is dropped.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

#[async_trait]
impl<A: Around> Twist for A {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        self.around(call.on(model)).await
    }

    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        self.around(call.on(model)).await
    }

    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        self.around(call.on(model)).await
    }

    async fn touch(&self, model: &Model, call: TouchCall<'_>) -> Result<()> {
        self.around(call.on(model)).await
    }

    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        self.around(call.on(model)).await
    }

    async fn delete(&self, model: &Model, call: DeleteCall<'_>) -> Result<Deletion> {
        self.around(call.on(model)).await
    }

    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        self.around(call.on(model)).await
    }

    async fn renew(&self, model: &Model, call: RenewCall<'_>) -> Result<Timestamp> {
        self.around(call.on(model)).await
    }

    async fn release(&self, model: &Model, call: ReleaseCall<'_>) -> Result<()> {
        self.around(call.on(model)).await
    }

    async fn sweep(&self, model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
        self.around(call.on(model)).await
    }
}
