//! Stores that lose replies.

use super::{assert_found, assert_passes};
use crate::calls::{AcquireCall, UpdateCall};
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::error::Operation;
use session_core::store::Acquired;
use session_core::time::ManualClock;
use session_core::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Loses every other reply, and reports an unknown outcome.
#[derive(Debug, Default)]
struct LosesReplies(AtomicUsize);

/// Loses every other reply, and reports that nothing was applied.
#[derive(Debug, Default)]
struct DeniesWhatItDid(AtomicUsize);

fn is_lost(replies: &AtomicUsize) -> bool {
    replies.fetch_add(1, Ordering::SeqCst) % 2 == 1
}

fn lost(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::Unavailable)
}

#[async_trait]
impl Twist for LosesReplies {
    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        let reply = call.on(model).await;
        if is_lost(&self.0) { Err(lost(Operation::Update).with_unknown_outcome()) } else { reply }
    }

    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        let reply = call.on(model).await;
        if is_lost(&self.0) { Err(lost(Operation::Acquire).with_unknown_outcome()) } else { reply }
    }
}

#[async_trait]
impl Twist for DeniesWhatItDid {
    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        let reply = call.on(model).await;
        if is_lost(&self.0) { Err(lost(Operation::Update)) } else { reply }
    }
}

#[test]
fn an_unknown_outcome_is_accepted() {
    assert_passes(&|clock: ManualClock| twisted(LosesReplies::default())(clock));
}

#[test]
fn a_failure_that_took_effect_is_found() {
    assert_found(|clock| twisted(DeniesWhatItDid::default())(clock));
}
