//! The model, asked what it would answer in a given state at a given time.

use super::call::{Answer, Call};
use super::target::Target;
use crate::{Context, Fixture, Model, Row};
use futures_util::FutureExt;
use session_core::{Capabilities, EpochMillis, Key, ManualClock};
use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

/// What the model keeps.
pub(super) type Rows = BTreeMap<Key, Row>;

/// The sequential specification: one step of the [`Model`] from any state.
#[derive(Debug)]
pub(super) struct Oracle {
    model: Arc<Model>,
    target: Target,
}

impl Oracle {
    /// The specification of a store with these capabilities.
    pub(super) fn new(capabilities: Capabilities) -> Self {
        let clock = ManualClock::at(Context::START);
        let model = Arc::new(Model::declaring(clock.clone(), capabilities));
        let target = Target::new(&Fixture::full(Arc::clone(&model)), clock);
        Self { model, target }
    }

    /// The state after a call and its answer, out of the state before it and the time.
    pub(super) fn step(&self, rows: Rows, call: &Call, now: EpochMillis) -> (Rows, Answer) {
        self.model.with_rows(|held| *held = rows);
        self.target.clock.set(now);
        let answer = call.make(&self.target).now_or_never().expect("the model waits for nothing");
        (self.model.with_rows(mem::take), answer)
    }
}
