//! A reader that removes a lapsed lock, in a table that PHP shares.

use super::fault::Fault;
use super::message::AttemptId;
use super::state::State;
use super::{Protocol, at};
use crate::condition::Condition;
use crate::layout::{Layout, Versions};
use crate::request;
use crate::settings::Settings;
use session_core::decision::Context;
use std::sync::Arc;

impl Protocol {
    /// Reads by the clock of a client, and remembers a lapsed lock.
    pub(super) fn read(&self, state: &mut State, client: usize) {
        state.left.readers -= 1;
        let layout = Layout { versions: Versions::Content, ..Layout::default() };
        let settings = Settings { layout, ..self.settings.clone() };
        let context = Context::new(at(state.clock(client)), settings.clock_skew);
        state.lapsed = settings.lapsed_lock(&state.item, &context).cloned();
    }

    /// Executes the removal of the lock, at any time after the read.
    pub(super) fn remove_lapsed(&self, state: &mut State) {
        let Some(lock) = state.lapsed.take() else {
            return;
        };
        let mut request = request::remove_lock(&self.key, &lock);
        if self.fault == Some(Fault::RemovesWhateverLock) {
            request.condition = Condition::And(Vec::new());
        }
        let (before, holder) = (Arc::clone(&state.item), state.holder());
        if let Some(item) = request.apply(&before) {
            state.item = Arc::new(item);
            self.watch_lock(state, AttemptId::NONE, holder, &before);
        }
    }
}
