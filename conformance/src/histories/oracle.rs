//! The model, asked what it would answer in a given state at a given time.

use super::act::Answer;
use crate::call::Call;
use crate::model::Rows;
use crate::{Context, Model};
use session_core::store::Capabilities;
use session_core::time::{EpochMillis, ManualClock};

/// The sequential specification: one step of the [`Model`] from any state.
#[derive(Debug)]
pub(super) struct Oracle {
    model: Model,
    clock: ManualClock,
}

impl Oracle {
    /// The specification of a store with these capabilities.
    pub(super) fn new(capabilities: Capabilities) -> Self {
        let clock = ManualClock::at(Context::start());
        Self { model: Model::declaring(clock.clone(), capabilities), clock }
    }

    /// The state after a call and its answer, out of the state before it and the time.
    pub(super) fn step(&self, rows: Rows, call: &Call, now: EpochMillis) -> (Rows, Answer) {
        self.clock.set(now);
        let (after, answer) = call.step(&self.model, rows);
        (after, answer.into())
    }
}
