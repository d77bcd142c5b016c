//! A store with a bound, and its faults.

use crate::broken::rejects;
use crate::calls::{CreateCall, DeleteCall, ReleaseCall, RotateCall};
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::error::Operation;
use session_core::store::Deletion;
use session_core::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The most records that the store keeps.
const BOUND: usize = 500;

/// Is full at its bound, with a fault in one operation.
#[derive(Debug, Default)]
pub(crate) struct Bounded {
    /// Serves this operation only while there is room.
    stops: Option<Operation>,
    /// Loses room with each call of this operation.
    leaks: Option<Operation>,
    lost: AtomicUsize,
}

impl Bounded {
    fn stopping(operation: Operation) -> Self {
        Self { stops: Some(operation), ..Self::default() }
    }

    fn leaking(operation: Operation) -> Self {
        Self { leaks: Some(operation), ..Self::default() }
    }

    fn is_full(&self, model: &Model) -> bool {
        model.with_rows(|rows| rows.len()) + self.lost.load(Ordering::Relaxed) >= BOUND
    }

    /// Plants the fault in a call of this operation.
    fn plant(&self, model: &Model, operation: Operation) -> Result<()> {
        if self.stops == Some(operation) && self.is_full(model) {
            return Err(Error::new(operation, ErrorKind::Full));
        }
        if self.leaks == Some(operation) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

#[async_trait]
impl Twist for Bounded {
    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        self.plant(model, Operation::Create)?;
        if self.is_full(model) && model.with_rows(|rows| !rows.contains_key(call.key)) {
            return Err(Error::new(Operation::Create, ErrorKind::Full));
        }
        call.on(model).await
    }

    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        self.plant(model, Operation::Rotate)?;
        call.on(model).await
    }

    async fn delete(&self, model: &Model, call: DeleteCall<'_>) -> Result<Deletion> {
        self.plant(model, Operation::Delete)?;
        call.on(model).await
    }

    async fn release(&self, model: &Model, call: ReleaseCall<'_>) -> Result<()> {
        self.plant(model, Operation::Release)?;
        call.on(model).await
    }
}

rejects! {
    is_full_for_a_key_that_it_has = twisted(Bounded::stopping(Operation::Create))
        => [more_than_a_thousand_live_records_are_kept];
    releases_nothing_while_full = twisted(Bounded::stopping(Operation::Release))
        => [more_than_a_thousand_live_records_are_kept];
    deletes_nothing_while_full = twisted(Bounded::stopping(Operation::Delete))
        => [more_than_a_thousand_live_records_are_kept];
    keeps_the_room_of_deleted_records = twisted(Bounded::leaking(Operation::Delete))
        => [more_than_a_thousand_live_records_are_kept];
    keeps_the_room_of_rotated_records = twisted(Bounded::leaking(Operation::Rotate))
        => [more_than_a_thousand_live_records_are_kept];
}
