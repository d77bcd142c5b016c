//! Twists that run the same code around every operation.

use crate::calls::Call;
use crate::twist::Twist;
use async_trait::async_trait;
use session_conformance::Model;
use session_core::error::Operation;
use session_core::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::yield_now;

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
impl Twist for UnavailableWhereCallsMeet {
    async fn call<C: Call<Model>>(&self, model: &Model, call: C) -> Result<C::Answer> {
        if self.is_busy.swap(true, Ordering::SeqCst) {
            if self.applies {
                for _ in 0..3 {
                    yield_now().await;
                }
                drop(call.on(model).await);
            }
            return Err(Error::new(Operation::Update, ErrorKind::Unavailable));
        }
        let _end = Ends(&self.is_busy);
        yield_now().await;
        let answer = call.on(model).await;
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
