//! Faults in rejections and in their order.

use crate::broken::rejects;
use crate::calls::{CreateCall, TouchCall, UpdateCall};
use crate::changes::{Updates, now};
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Lawful, Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{Expect, Freshness, SessionStore};
use session_core::time::EpochMillis;
use session_core::{Error, ErrorKind, Result};

#[derive(Debug)]
struct ConflictComesFirst;

impl Rules for ConflictComesFirst {
    fn check(
        &self,
        operation: Operation,
        row: &Row,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<()> {
        self.check_version(operation, row, expect)?;
        self.check_lock(operation, row, expect, now)
    }
}

/// Reports success for calls that the model rejects as meaningless.
#[derive(Debug)]
struct AcceptsNonsense;

#[async_trait]
impl Twist for AcceptsNonsense {
    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        nonsense_is_fine(call.on(model).await)
    }

    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        nonsense_is_fine(call.on(model).await)
    }

    async fn touch(&self, model: &Model, call: TouchCall<'_>) -> Result<()> {
        nonsense_is_fine(call.on(model).await)
    }
}

fn nonsense_is_fine(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::InvalidArgument => Ok(()),
        result => result,
    }
}

/// Checks the record before the arguments.
fn looks_at_the_record_first(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    let updated = now(call.on(model));
    let is_there =
        now(model.load(call.key, Freshness::AsConfigured)).is_ok_and(|found| found.is_some());
    match updated {
        Err(error) if error.kind() == ErrorKind::InvalidArgument && !is_there => {
            Err(Error::new(Operation::Update, ErrorKind::Gone))
        }
        updated => updated,
    }
}

/// Reports that its rejections may have taken effect.
#[derive(Debug)]
struct IsNeverSure;

impl Rules for IsNeverSure {
    fn check_version(&self, operation: Operation, row: &Row, expect: &Expect) -> Result<()> {
        let checked = Lawful.check_version(operation, row, expect);
        checked.map_err(Error::with_unknown_outcome)
    }
}

rejects! {
    puts_conflict_before_lock_lost = ruled(ConflictComesFirst)
        => [
            lock_lost_comes_before_conflict,
            locked_comes_before_conflict,
            a_hung_holder_does_not_stop_the_queue,
        ];
    looks_at_the_record_first = twisted(Updates(looks_at_the_record_first))
        => [a_key_beyond_the_limit_is_rejected, a_meaningless_expiry_comes_before_gone];
    accepts_nonsense = twisted(AcceptsNonsense)
        => [
            an_update_to_an_expiry_that_is_over_is_rejected,
            a_record_that_is_expired_already_is_not_created,
        ];
    is_never_sure = ruled(IsNeverSure) => [a_touch_expecting_another_version_is_a_conflict];
}
