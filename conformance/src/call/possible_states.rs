use super::{Answer, Call};
use crate::Model;
use crate::model::{Row, Rows};
use session_core::store::{Capabilities, Key};
use session_core::time::ManualClock;
use std::sync::Arc;

/// The states that a store can be in, given its answers and errors so far.
#[derive(Clone, Debug)]
pub(crate) struct PossibleStates {
    model: Arc<Model>,
    capabilities: Capabilities,
    possible: Vec<Rows>,
}

impl PossibleStates {
    /// The one state of an empty store.
    pub(crate) fn of_an_empty_store(capabilities: Capabilities, clock: ManualClock) -> Self {
        let model = Arc::new(Model::declaring(clock, capabilities));
        Self { model, capabilities, possible: vec![Rows::new()] }
    }

    /// Keeps the states in which the call, which was carried out, has this answer.
    ///
    /// Returns the answers that are possible otherwise if there is no such state.
    ///
    /// Where versions are content, a store may recognize its own write by that after an attempt that
    /// was in doubt.
    pub(crate) fn answered(
        &mut self,
        call: &Call,
        answer: Answer,
        in_doubt: bool,
    ) -> Result<(), Vec<Answer>> {
        let answer = self.comparable(answer);
        let (mut remaining, mut others) = (Vec::new(), Vec::new());
        for state in &self.possible {
            let (lawful, after) = self.outcome(state.clone(), call);
            if lawful == answer || (answer == Answer::DONE && self.shows(state, call, in_doubt)) {
                remaining.extend(self.without_lapsed_locks(call, after));
            } else {
                others.push(lawful);
            }
        }
        if remaining.is_empty() {
            return Err(others);
        }
        self.become_one_of(remaining);
        Ok(())
    }

    /// The call was carried out, and its answer says nothing.
    pub(crate) fn applied(&mut self, call: &Call) {
        let after = self.outcomes(call).into_iter();
        let after = after.flat_map(|(_, after)| self.without_lapsed_locks(call, after)).collect();
        self.become_one_of(after);
    }

    /// The call was carried out or it was not.
    pub(crate) fn doubted(&mut self, call: &Call) {
        let after = self.outcomes(call).into_iter();
        let after = after.flat_map(|(_, after)| self.without_lapsed_locks(call, after));
        let either = self.possible.iter().cloned().chain(after).collect();
        self.become_one_of(either);
    }

    /// The call may have removed lapsed locks, and did nothing else that can be seen.
    pub(crate) fn collected(&mut self, call: &Call) {
        let states = std::mem::take(&mut self.possible).into_iter();
        let states = states.flat_map(|state| self.without_lapsed_locks(call, state)).collect();
        self.become_one_of(states);
    }

    fn outcomes(&self, call: &Call) -> Vec<(Answer, Rows)> {
        self.possible.iter().map(|state| self.outcome(state.clone(), call)).collect()
    }

    /// Returns whether a write is recognized by the content that it leaves.
    ///
    /// A server may recognize a rotation without that.
    fn shows(&self, state: &Rows, call: &Call, in_doubt: bool) -> bool {
        let (key, written) = match call {
            Call::Create { key, record, .. } if in_doubt => {
                (key, (&record.payload, record.expires))
            }
            Call::Update { key, change, .. } if in_doubt => {
                (key, (&change.payload, change.expires))
            }
            Call::Rotate { new, rotation, .. } => {
                (new, (&rotation.record.payload, rotation.record.expires))
            }
            _ => return false,
        };
        let found = state.get(key).map(|row| (&row.record.payload, row.record.expires));
        self.capabilities.tells_versions_by_content() && found == Some(written)
    }

    fn outcome(&self, state: Rows, call: &Call) -> (Answer, Rows) {
        let (after, answer) = call.step(&self.model, state);
        (self.comparable(answer.into()), after)
    }

    /// The states after a call, which may remove the lapsed locks that it reads (L7).
    fn without_lapsed_locks(&self, call: &Call, after: Rows) -> Vec<Rows> {
        let reads = |key: &Key| match call {
            Call::Load { key: read } => read == key,
            Call::Collect => true,
            _ => false,
        };
        let lapsed = |row: &Row| row.lock.as_ref().is_some_and(|lock| self.model.is_lapsed(lock));
        let keys = after.iter().filter(|(key, row)| reads(key) && lapsed(row));
        let keys: Vec<_> = keys.map(|(key, _)| key.clone()).collect();
        let mut states = vec![after];
        for key in keys {
            let removed: Vec<_> = states.iter().map(|rows| without_lock(rows, &key)).collect();
            states.extend(removed);
        }
        states
    }

    fn comparable(&self, answer: Answer) -> Answer {
        if self.capabilities.compares_versions() { answer } else { answer.without_version() }
    }

    fn become_one_of(&mut self, states: Vec<Rows>) {
        self.possible.clear();
        for state in states {
            if !self.possible.contains(&state) {
                self.possible.push(state);
            }
        }
    }
}

fn without_lock(rows: &Rows, key: &Key) -> Rows {
    let mut rows = rows.clone();
    if let Some(row) = rows.get_mut(key) {
        row.lock = None;
    }
    rows
}
