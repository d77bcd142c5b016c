//! Faults by which an operation on one key changes another one.

use crate::broken::rejects;
use crate::calls::{Call, RotateCall, SweepCall};
use crate::changes::{Rotates, now};
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::{Model, Row};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{Key, Sweep};

/// Changes all keys that match the key of a call, in one operation.
#[derive(Debug)]
struct Spreads(Operation, fn(&str, &str) -> bool);

impl Spreads {
    fn spread(&self, model: &Model, key: &Key) {
        model.with_rows(|rows| {
            let changed = rows.get(key).cloned();
            rows.retain(|other, row| {
                if other == key || !self.1(key.as_str(), other.as_str()) {
                    return true;
                }
                changed.as_ref().is_some_and(|changed| {
                    copy(self.0, changed, row);
                    true
                })
            });
        });
    }
}

/// Copies the part that an operation changes to another row.
fn copy(operation: Operation, from: &Row, to: &mut Row) {
    match operation {
        Operation::Update => to.record.payload.clone_from(&from.record.payload),
        Operation::Touch => to.record.expires = from.record.expires,
        _ => to.lock.clone_from(&from.lock),
    }
}

#[async_trait]
impl Twist for Spreads {
    async fn call<C: Call<Model>>(&self, model: &Model, call: C) -> Result<C::Answer> {
        let answer = call.on(model).await?;
        if let (true, Some(key)) = (C::OPERATION == self.0, call.key()) {
            self.spread(model, key);
        }
        Ok(answer)
    }

    async fn sweep(&self, model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
        let all = || model.with_rows(|rows| rows.keys().cloned().collect::<Vec<_>>());
        let before = all();
        let sweep = call.on(model).await?;
        let after = all();
        for key in before.iter().filter(|key| !after.contains(key)) {
            if self.0 == Operation::Collect {
                self.spread(model, key);
            }
        }
        Ok(sweep)
    }
}

/// The pattern of `LIKE`: any text for `%`, any character for `_`.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => text.is_empty(),
        Some('%') => (0..=text.len())
            .filter_map(|end| text.get(end..))
            .any(|text| is_like(rest.as_str(), text)),
        Some(first) => {
            let mut text = text.chars();
            let found = text.next();
            found.is_some_and(|found| first == '_' || first == found)
                && is_like(rest.as_str(), text.as_str())
        }
    }
}

/// Composes the accents of a new key.
fn composes_new_keys(model: &Model, call: RotateCall<'_>) -> Result<()> {
    let RotateCall { new, .. } = call;
    let new = Key::new(new.as_str().replace("e\u{301}", "\u{e9}"))?;
    now(RotateCall { new: &new, ..call }.on(model))
}

rejects! {
    updates_by_pattern = twisted(Spreads(Operation::Update, is_like))
        => [keys_that_look_like_patterns_are_isolated, keys_with_separators_are_isolated];
    touches_what_begins_alike = twisted(Spreads(Operation::Touch, |key, other| other.starts_with(key)))
        => [keys_that_begin_alike_are_isolated];
    deletes_in_any_case = twisted(Spreads(Operation::Delete, str::eq_ignore_ascii_case))
        => [keys_that_differ_in_case_are_isolated, long_keys_that_differ_at_their_end_are_isolated];
    rotates_by_pattern = twisted(Spreads(Operation::Rotate, is_like))
        => [keys_with_separators_are_isolated, keys_that_look_like_patterns_are_isolated];
    composes_accents_of_new_keys = twisted(Rotates(composes_new_keys))
        => [keys_beyond_ascii_are_isolated];
    locks_what_is_equal_when_trimmed = twisted(Spreads(Operation::Acquire, |key, other| key.trim() == other.trim()))
        => [keys_that_begin_alike_are_isolated];
    renews_in_any_case = twisted(Spreads(Operation::Renew, str::eq_ignore_ascii_case))
        => [
            keys_that_differ_in_case_are_isolated,
            long_keys_that_differ_at_their_end_are_isolated,
            locks_of_different_keys_are_independent,
        ];
    releases_what_begins_alike = twisted(Spreads(Operation::Release, |key, other| other.starts_with(key)))
        => [keys_that_begin_alike_are_isolated];
    collects_what_begins_alike = twisted(Spreads(Operation::Collect, |key, other| other.starts_with(key)))
        => [keys_that_begin_alike_are_isolated];
}
