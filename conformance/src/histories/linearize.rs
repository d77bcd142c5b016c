//! Looks for an order of a history's operations that explains their answers.
//!
//! The search is Wing and Gong's, with Lowe's memory of configurations that lead nowhere: the next
//! operation is any that was invoked before every operation not yet placed was answered.

use super::Options;
use super::act::{Act, Answer};
use super::history::{Event, History};
use super::oracle::Oracle;
use crate::Context;
use crate::call::{Call, Reply};
use crate::model::Rows;
use session_core::ErrorKind;
use session_core::store::{Acquired, Key};
use session_core::time::EpochMillis;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// How far an order of the operations explains a history that none explains.
#[derive(Clone, Debug, Default)]
pub(super) struct Unexplained {
    /// The longest order that was found, as indices of events.
    pub(super) order: Vec<usize>,
    /// The possible next operation, and the model's answer to it.
    pub(super) next: Vec<(usize, Vec<Answer>)>,
}

/// Whether some order explains the history; if none does, how far one goes.
pub(super) fn linearize(history: &History, oracle: &Oracle) -> Result<(), Unexplained> {
    let mut search = Search {
        operations: operations(history),
        oracle,
        expired_ends: HashMap::new(),
        order: Vec::new(),
        longest: Unexplained::default(),
    };
    let start = State { rows: BTreeMap::new(), readings: vec![Context::start()] };
    if search.explains(0, &start) { Ok(()) } else { Err(search.longest) }
}

/// As many operations as the set of those that are placed has room for.
const MOST_OPERATIONS: usize = u128::BITS as usize;

/// Checks that the operations of the largest program fit into the set.
///
/// Every key is created and read once. A step is one operation, or one for each key and its end.
const _: () = {
    let steps = Options::MOST_STEPS * (Options::MOST_KEYS + 1);
    assert!(2 * Options::MOST_KEYS + steps <= MOST_OPERATIONS);
};

/// Something that takes effect in one step.
struct Operation<'a> {
    event: &'a Event,
    index: usize,
    /// The one record that it collects; a call otherwise.
    collects: Option<Key>,
    /// How often the clock had moved for certain when it was invoked.
    advances: usize,
}

/// The state after the operations placed so far.
#[derive(Clone, Debug, PartialEq)]
struct State {
    rows: Rows,
    /// The readings of the clock, one after the other.
    readings: Vec<EpochMillis>,
}

/// Lists the operations of a history, with one for each key that is collected.
///
/// A collection is as many operations as there are keys, because it is atomic for each key alone.
fn operations(history: &History) -> Vec<Operation<'_>> {
    let keys = history.events.iter().flat_map(|event| event.act.keys());
    let mut keys: Vec<Key> = keys.cloned().collect();
    keys.sort();
    keys.dedup();
    let mut operations = Vec::new();
    for (index, event) in history.events.iter().enumerate() {
        let advances = advances_before(history, event.invoked);
        if matches!(event.act, Act::Call(Call::Collect)) {
            let collected = keys.iter().cloned().map(Some);
            let parts = collected.map(|collects| Operation { event, index, collects, advances });
            operations.extend(parts);
        }
        operations.push(Operation { event, index, collects: None, advances });
    }
    assert!(operations.len() <= MOST_OPERATIONS, "a program is larger than its options");
    operations
}

fn advances_before(history: &History, moment: u64) -> usize {
    let is_before = |event: &&Event| event.settled().is_some_and(|settled| settled < moment);
    let advances = history.events.iter().filter(|event| matches!(event.act, Act::Advance { .. }));
    advances.filter(is_before).count()
}

struct Search<'a> {
    operations: Vec<Operation<'a>>,
    oracle: &'a Oracle,
    /// For each set of placed operations, the states that cannot explain the rest.
    expired_ends: HashMap<u128, Vec<State>>,
    order: Vec<usize>,
    longest: Unexplained,
}

impl Search<'_> {
    fn explains(&mut self, placed: u128, state: &State) -> bool {
        let Some(deadline) = self.first_answer(placed) else {
            return true;
        };
        if self.expired_ends.get(&placed).is_some_and(|states| states.contains(state)) {
            return false;
        }
        self.note_progress(placed, state, deadline);
        for index in self.candidates(placed, deadline) {
            for after in outcomes(&self.operations[index], state, self.oracle) {
                self.order.push(self.operations[index].index);
                if self.explains(placed | 1 << index, &after) {
                    return true;
                }
                self.order.pop();
            }
        }
        self.expired_ends.entry(placed).or_default().push(state.clone());
        false
    }

    /// The first answer that came to an operation not yet placed.
    fn first_answer(&self, placed: u128) -> Option<u64> {
        let left = self.operations.iter().enumerate().filter(|(index, _)| !has(placed, *index));
        left.filter_map(|(_, operation)| operation.event.settled()).min()
    }

    /// The operations that may be next, those without an answer last.
    ///
    /// An operation without an answer need not have taken effect.
    fn candidates(&self, placed: u128, deadline: u64) -> Vec<usize> {
        let may_be_next = |index: &usize| {
            !has(placed, *index) && self.operations[*index].event.invoked < deadline
        };
        let mut candidates: Vec<_> = (0..self.operations.len()).filter(may_be_next).collect();
        candidates.sort_by_key(|index| self.operations[*index].event.settled().unwrap_or(u64::MAX));
        candidates
    }

    fn note_progress(&mut self, placed: u128, state: &State, deadline: u64) {
        if !self.longest.next.is_empty() && self.order.len() <= self.longest.order.len() {
            return;
        }
        let next = self.candidates(placed, deadline).into_iter().map(|index| {
            let operation = &self.operations[index];
            (operation.index, expected(operation, state, self.oracle))
        });
        self.longest = Unexplained { next: next.collect(), order: self.order.clone() };
    }
}

fn has(placed: u128, index: usize) -> bool {
    placed >> index & 1 == 1
}

/// The readings of the clock by which an operation may decide.
///
/// They are the readings from its invocation to its effect.
fn readings<'a>(operation: &Operation<'_>, state: &'a State) -> &'a [EpochMillis] {
    &state.readings[operation.advances.min(state.readings.len().saturating_sub(1))..]
}

/// The states in which an operation with its answer may leave the store.
fn outcomes(operation: &Operation<'_>, state: &State, oracle: &Oracle) -> Vec<State> {
    let answer = operation.event.answer.as_ref();
    if let Some(key) = &operation.collects {
        return collected(key, operation, state, oracle);
    }
    match (&operation.event.act, answer) {
        // What failed and changed nothing may do so at any time. What a collection deletes are
        // operations of their own.
        (_, Some(Answer::Refused(ErrorKind::Unavailable | ErrorKind::Full)))
        | (Act::Call(Call::Collect), None | Some(Answer::Replied(_) | Answer::Unknown(_))) => {
            vec![state.clone()]
        }
        (Act::Call(Call::Collect), Some(Answer::Refused(_))) | (_, Some(Answer::Panicked)) => {
            Vec::new()
        }
        (Act::Advance { by }, _) => vec![advanced(state, *by)],
        (Act::Call(call), answer) => {
            let mut states = Vec::new();
            for now in readings(operation, state) {
                let (rows, lawful) = oracle.step(state.rows.clone(), call, *now);
                if answer.is_none_or(|answer| is_lawful(answer, &lawful)) {
                    add(&mut states, State { rows, readings: state.readings.clone() });
                }
            }
            states
        }
    }
}

/// The model's answer, by each reading of the clock.
fn expected(operation: &Operation<'_>, state: &State, oracle: &Oracle) -> Vec<Answer> {
    let call = match &operation.event.act {
        Act::Advance { .. } | Act::Call(Call::Collect) => {
            return vec![Answer::Replied(Reply::Done)];
        }
        Act::Call(call) => call,
    };
    let answers = readings(operation, state).iter();
    let mut answers: Vec<_> =
        answers.map(|now| oracle.step(state.rows.clone(), call, *now).1).collect();
    answers.dedup();
    answers
}

/// The states after a collection that may delete the record, or may miss it.
///
/// It can delete the record only if that was expired when the collection came to it.
fn collected(key: &Key, operation: &Operation<'_>, state: &State, oracle: &Oracle) -> Vec<State> {
    let mut states = vec![state.clone()];
    for now in readings(operation, state) {
        let alone = state.rows.iter().filter(|(held, _)| *held == key);
        let alone: Rows = alone.map(|(key, row)| (key.clone(), row.clone())).collect();
        let (left, _) = oracle.step(alone, &Call::Collect, *now);
        if left.is_empty() {
            let mut after = state.clone();
            after.rows.remove(key);
            add(&mut states, after);
        }
    }
    states
}

fn advanced(state: &State, by: Duration) -> State {
    let mut after = state.clone();
    let now = after.readings.last().copied().unwrap_or(Context::start());
    after.readings.push(now.saturating_add(by));
    after
}

fn add(states: &mut Vec<State>, state: State) {
    if !states.contains(&state) {
        states.push(state);
    }
}

/// Returns whether an answer is the model's.
///
/// A store may not know, or know only roughly, when a lock lapses.
fn is_lawful(answer: &Answer, lawful: &Answer) -> bool {
    match (answer, lawful) {
        (Answer::Unknown(_), _) => true,
        (
            Answer::Refused(ErrorKind::Locked { remaining }),
            Answer::Refused(ErrorKind::Locked { remaining: Some(most) }),
        )
        | (
            Answer::Replied(Reply::Acquired(Acquired::Busy { remaining })),
            Answer::Replied(Reply::Acquired(Acquired::Busy { remaining: Some(most) })),
        ) => remaining.is_none_or(|remaining| remaining <= *most),
        _ => answer == lawful,
    }
}
