//! A PHP handler in the same table, with a number as lock and unconditional writes.

use super::Protocol;
use super::message::{AttemptId, expires};
use super::state::State;
use crate::condition::Condition;
use crate::item::Value;
use crate::layout::Attribute;
use crate::request::Update;
use std::sync::Arc;

/// The first attempt of PHP. Higher ones are of PHP, too.
const FIRST: u8 = 100;

impl Protocol {
    /// Locks the item if it has no lock of any kind.
    pub(super) fn php_lock(&self) -> Update {
        Update {
            key: self.key.clone(),
            set: vec![(Attribute::Lock, Value::N("1".into()))],
            remove: Vec::new(),
            condition: Condition::NotExists(Attribute::Lock),
            returns_new: true,
            counted: false,
        }
    }

    /// Writes, and removes the lock of any holder.
    pub(super) fn php_write(&self, number: u8) -> Update {
        let payload = AttemptId(FIRST + number).payload();
        let data = (Attribute::Data, Value::payload(&payload));
        Update {
            key: self.key.clone(),
            set: vec![(Attribute::Expires, Value::seconds(expires())), data],
            remove: vec![Attribute::Lock],
            condition: Condition::And(Vec::new()),
            returns_new: false,
            counted: false,
        }
    }

    /// Executes a request of PHP, or changes nothing if it is rejected.
    pub(super) fn by_php(state: &mut State, request: &Update) {
        let holder = state.holder();
        if let Some(item) = request.apply(&state.item) {
            state.item = Arc::new(item);
        }
        if let Some(holder) = holder.filter(|holder| state.holder() != Some(*holder)) {
            state.history_mut(holder).is_stale = true;
        }
    }
}
