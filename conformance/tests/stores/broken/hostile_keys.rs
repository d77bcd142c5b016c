//! Faults by which an operation on one key changes another one.

use crate::broken::rejects;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::{Model, Row};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Change, CollectingStore, Cursor, Deletion, Expect, Key, LockToken, LockingStore,
    Rotation, SessionStore, Sweep, SweepBudget, Tag, Touch,
};
use session_core::time::Timestamp;
use std::time::Duration;

/// Changes all keys that match the key of a call, in one operation.
#[derive(Debug)]
struct Spreads(Operation, fn(&str, &str) -> bool);

impl Spreads {
    fn spread<T>(
        &self,
        operation: Operation,
        model: &Model,
        key: &Key,
        answer: Result<T>,
    ) -> Result<T> {
        if operation == self.0 && answer.is_ok() {
            model.with_rows(|rows| {
                let changed = rows.get(key).cloned();
                rows.retain(|other, row| {
                    if other == key || !self.1(key.as_str(), other.as_str()) {
                        return true;
                    }
                    changed.as_ref().is_some_and(|changed| {
                        copy(operation, changed, row);
                        true
                    })
                });
            });
        }
        answer
    }
}

/// What an operation changes.
fn copy(operation: Operation, from: &Row, to: &mut Row) {
    match operation {
        Operation::Update => to.record.payload.clone_from(&from.record.payload),
        Operation::Touch => to.record.expires = from.record.expires,
        _ => to.lock.clone_from(&from.lock),
    }
}

#[async_trait]
impl Twist for Spreads {
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let answer = model.update(key, change, expect, version).await;
        self.spread(Operation::Update, model, key, answer)
    }

    async fn touch(&self, model: &Model, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.spread(Operation::Touch, model, key, model.touch(key, touch, expect).await)
    }

    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let answer = model.rotate(old, new, rotation, expect, version).await;
        self.spread(Operation::Rotate, model, old, answer)
    }

    async fn delete(&self, model: &Model, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.spread(Operation::Delete, model, key, model.delete(key, expect).await)
    }

    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        self.spread(Operation::Acquire, model, key, model.acquire(key, token, lease).await)
    }

    async fn renew(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Timestamp> {
        self.spread(Operation::Renew, model, key, model.renew(key, token, lease).await)
    }

    async fn release(&self, model: &Model, key: &Key, token: &LockToken) -> Result<()> {
        self.spread(Operation::Release, model, key, model.release(key, token).await)
    }

    async fn sweep(
        &self,
        model: &Model,
        budget: &SweepBudget,
        from: Option<&Cursor>,
    ) -> Result<Sweep> {
        let all = || model.with_rows(|rows| rows.keys().cloned().collect::<Vec<_>>());
        let before = all();
        let sweep = model.sweep(budget, from).await?;
        let (after, mut answer) = (all(), Ok(()));
        for key in before.iter().filter(|key| !after.contains(key)) {
            answer = self.spread(Operation::Collect, model, key, answer);
        }
        answer.map(|()| sweep)
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
#[derive(Debug)]
struct ComposesNewKeys;

#[async_trait]
impl Twist for ComposesNewKeys {
    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let new = Key::new(new.as_str().replace("e\u{301}", "\u{e9}"))?;
        model.rotate(old, &new, rotation, expect, version).await
    }
}

rejects! {
    updates_by_pattern = twisted(Spreads(Operation::Update, is_like))
    => [keys_that_look_like_patterns_are_isolated, keys_with_separators_are_isolated];
    touches_what_begins_alike = twisted(Spreads(Operation::Touch, |key, other| other.starts_with(key)))
    => [
        keys_that_begin_alike_are_isolated,
        keys_with_control_characters_are_isolated,
        keys_beyond_ascii_are_isolated,
        long_keys_that_differ_at_their_end_are_isolated,
    ];
    deletes_in_any_case = twisted(Spreads(Operation::Delete, str::eq_ignore_ascii_case))
    => [
        keys_that_differ_in_case_are_isolated,
        long_keys_that_differ_at_their_end_are_isolated,
    ];
    rotates_by_pattern = twisted(Spreads(Operation::Rotate, is_like))
    => [
        keys_with_separators_are_isolated,
        keys_that_look_like_patterns_are_isolated,
    ];
    composes_accents_of_new_keys = twisted(ComposesNewKeys)
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
    => [
        keys_that_begin_alike_are_isolated,
        keys_with_control_characters_are_isolated,
        keys_beyond_ascii_are_isolated,
        long_keys_that_differ_at_their_end_are_isolated,
    ];
    collects_what_begins_alike = twisted(Spreads(Operation::Collect, |key, other| other.starts_with(key)))
    => [
        keys_that_begin_alike_are_isolated,
        keys_with_control_characters_are_isolated,
        keys_beyond_ascii_are_isolated,
        long_keys_that_differ_at_their_end_are_isolated,
        a_collection_walks_the_whole_store,
        a_collection_keeps_its_rate_limit,
        a_collection_backs_off_and_goes_on,
        a_collection_that_stopped_is_resumed,
    ];
}
