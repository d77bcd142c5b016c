//! An observer that records which writes were applied, and to which data.

use super::message::{AttemptId, Call, Message};
use super::state::State;
use super::{Protocol, at};
use crate::item::{Item, Value};
use crate::layout::Attribute;
use crate::lease::read_lock;
use data_encoding::BASE64URL_NOPAD;
use session_core::time::EpochMillis;
use std::sync::Arc;

/// The outcome of a turn.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct History {
    /// Whether its write was applied, even if no client knows it.
    pub(super) written: bool,
    /// Whether it lost its lock to another client.
    pub(super) is_stale: bool,
    /// The final outcome that its client got.
    pub(super) reported: Option<ReportedOutcome>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ReportedOutcome {
    Written,
    /// Written, by a request that repeated one without a reply.
    WrittenAgain,
    /// Rejected, and not written.
    Rejected,
    /// Failed or rejected, and perhaps written.
    Unknown,
    /// The client did not get the lock before its deadline.
    TimedOut,
}

/// A violation that no step may cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Violation {
    StaleWrite,
    LostUpdate,
    CutLease,
    ShortenedLease,
    StolenFromPhp,
    Unrecognized,
}

impl Protocol {
    /// Executes a request. If it is rejected, returns the item.
    pub(super) fn carry_out(&self, state: &mut State, message: Message) -> Result<Item, Item> {
        let before = Arc::clone(&state.item);
        let Some(after) = self.request(message).apply(&before) else {
            return Err((*before).clone());
        };
        let holder = state.holder();
        state.item = Arc::new(after.clone());
        self.watch_lock(state, message.attempt, holder, &before);
        if let Call::Update { seen } = message.call {
            let history = state.history(message.attempt);
            if history.is_stale {
                state.violations.insert(Violation::StaleWrite);
            }
            if ![seen.data, message.attempt].contains(&data(&before)) {
                state.violations.insert(Violation::LostUpdate);
            }
            state.history_mut(message.attempt).written = true;
        }
        Ok(after)
    }

    /// Records the effect of a request of `by` on the lock.
    pub(super) fn watch_lock(
        &self,
        state: &mut State,
        by: AttemptId,
        holder: Option<AttemptId>,
        before: &Item,
    ) {
        let now_holds = state.holder();
        if before.has_php_lock() && !state.item.has_php_lock() {
            state.violations.insert(Violation::StolenFromPhp);
        }
        let Some(holder) = holder else {
            // A client that gets the lock again is no longer stale.
            if let Some(holder) = now_holds {
                state.history_mut(holder).is_stale = false;
            }
            return;
        };
        let was = end(before).expect("it is held");
        if now_holds == Some(holder) {
            if end(&state.item).is_some_and(|is| is < was) {
                state.violations.insert(Violation::ShortenedLease);
            }
        } else if holder != by {
            state.history_mut(holder).is_stale = true;
            if let Some(new_holder) = now_holds {
                state.history_mut(new_holder).is_stale = false;
            }
            if !was.is_over(at(state.clock(self.owner(holder)))) {
                state.violations.insert(Violation::CutLease);
            }
        }
    }
}

/// The token of the item's lock, if it is a lock of this store.
pub(super) fn holder(item: &Item) -> Option<AttemptId> {
    match item.get(Attribute::Lock) {
        Some(Value::S(text)) => {
            let (_, token) = text.split_once(';')?;
            Some(AttemptId(BASE64URL_NOPAD.decode(token.as_bytes()).ok()?[0]))
        }
        _ => None,
    }
}

/// The end of the lock's lease, if it is a lock of this store.
pub(super) fn end(item: &Item) -> Option<EpochMillis> {
    match item.get(Attribute::Lock) {
        Some(Value::S(text)) => read_lock(text).map(|(_, end)| end),
        _ => None,
    }
}

/// The writer of the item's data.
pub(super) fn data(item: &Item) -> AttemptId {
    match item.get(Attribute::Data) {
        Some(Value::S(text)) => AttemptId(text.parse().expect("all data are attempts")),
        _ => panic!("all writes have data"),
    }
}

/// The writer of the item's version.
pub(super) fn version(item: &Item) -> AttemptId {
    AttemptId(item.version().as_tag().expect("every write has a tag").as_bytes()[0])
}
