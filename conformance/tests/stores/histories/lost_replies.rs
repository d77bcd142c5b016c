//! Stores that lose replies.

use super::{assert_found, assert_passes};
use crate::calls::Call;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::error::Operation;
use session_core::time::ManualClock;
use session_core::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Loses every other reply to these operations.
#[derive(Debug)]
struct LosesReplies {
    operations: &'static [Operation],
    /// Whether it reports that nothing was applied.
    denies: bool,
    replies: AtomicUsize,
}

impl LosesReplies {
    const fn to(operations: &'static [Operation], denies: bool) -> Self {
        Self { operations, denies, replies: AtomicUsize::new(0) }
    }
}

#[async_trait]
impl Twist for LosesReplies {
    async fn call<C: Call<Model>>(&self, model: &Model, call: C) -> Result<C::Answer> {
        let reply = call.on(model).await;
        let can_lose = self.operations.contains(&C::OPERATION);
        if !can_lose || self.replies.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
            return reply;
        }
        let lost = Error::new(C::OPERATION, ErrorKind::Unavailable);
        Err(if self.denies { lost } else { lost.with_unknown_outcome() })
    }
}

#[test]
fn an_unknown_outcome_is_accepted() {
    assert_passes(&|clock: ManualClock| {
        twisted(LosesReplies::to(&[Operation::Update, Operation::Acquire], false))(clock)
    });
}

#[test]
fn a_failure_that_took_effect_is_found() {
    assert_found(|clock| twisted(LosesReplies::to(&[Operation::Update], true))(clock));
}
