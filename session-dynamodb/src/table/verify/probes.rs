//! Requests that try out permissions and the server, and change nothing.

use super::{Problem, allowed};
use crate::DynamoDbStore;
use crate::condition::Condition;
use crate::item::{Item, Value};
use crate::layout::Attribute;
use crate::reply::Obstacles;
use crate::request::{self, BatchDelete, Delete, Page, Transaction, Update};
use crate::send::{Ambiguity, Batched, Executed, Failed, Judgment, KeyedPage};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::Key;

/// A key of the probes' own. No session id makes it under any key scheme.
const PROBE: &str = "session-dynamodb: verify_table";
/// Another, for a transaction takes one key once.
const OTHER_PROBE: &str = "session-dynamodb: verify_table, too";
/// How many items are looked at.
const SAMPLE: usize = 25;
/// The last second of ten digits, in the year 2286.
const LAST_SECOND: f64 = 9_999_999_999.0;

const OPERATION: Operation = Operation::Configure;

impl DynamoDbStore {
    pub(super) async fn probe(&self) -> Result<Vec<Problem>> {
        let key = Key::new(PROBE)?;
        let mut problems = Vec::new();
        problems.extend(allowed("dynamodb:GetItem", self.probe_get(&key).await)?.err());
        let updated = self.probe_update(&key).await.map(drop);
        problems.extend(allowed("dynamodb:UpdateItem", updated)?.err());
        problems.extend(allowed("dynamodb:DeleteItem", self.probe_delete(&key).await)?.err());
        if self.capabilities.rotates() {
            let rotated = self.probe_transaction(&key).await;
            problems.extend(transacting(allowed("dynamodb:TransactWriteItems", rotated)?.err()));
        }
        if self.batches.is_some() {
            let deleted = self.probe_batch(key).await;
            problems.extend(allowed("dynamodb:BatchWriteItem", deleted)?.err());
        }
        match allowed("dynamodb:Scan", self.sample().await)? {
            Ok(page) => problems.extend(self.look_at(page).await?),
            Err(problem) => problems.push(problem),
        }
        Ok(problems)
    }

    async fn probe_get(&self, key: &Key) -> Result<(), Failed> {
        let mut call = self.sender.reading(OPERATION);
        self.sender.send(&mut call, request::load(key, false)).await.map(drop)
    }

    /// The item that the server returns with the rejection.
    async fn probe_update(&self, key: &Key) -> Result<Item, Failed> {
        let mut call = self.sender.reading(OPERATION).ignoring_items();
        let judge = |item: Item, _: &Ambiguity| Judgment::Done(item);
        match self.sender.execute(&mut call, update(key), judge).await? {
            Executed::Judged(item) => Ok(item),
            Executed::Replied(updated) => Ok(updated.item),
        }
    }

    async fn probe_delete(&self, key: &Key) -> Result<(), Failed> {
        let mut call = self.sender.reading(OPERATION).ignoring_items();
        let judge = |_: Item, _: &Ambiguity| Judgment::Done(());
        self.sender.execute(&mut call, delete(key.clone()), judge).await.map(drop)
    }

    async fn probe_transaction(&self, key: &Key) -> Result<(), Failed> {
        let delete = delete(Key::new(OTHER_PROBE)?);
        let token = self.sender.token();
        let mut call = self.sender.reading(OPERATION).ignoring_items();
        let judge = |_: Obstacles, _: &Ambiguity| Judgment::Done(());
        let request = Transaction { update: update(key), delete, token };
        self.sender.execute(&mut call, request, judge).await.map(drop)
    }

    /// Deletes nothing: there is no item of this key.
    async fn probe_batch(&self, key: Key) -> Result<(), Failed> {
        let mut call = self.sender.reading(OPERATION);
        let judge = |_: Batched, _: &Ambiguity| Judgment::Done(());
        let request = BatchDelete { keys: vec![key] };
        self.sender.execute(&mut call, request, judge).await.map(drop)
    }

    async fn sample(&self) -> Result<KeyedPage, Failed> {
        let page = Page { segment: 0, segments: 1, limit: SAMPLE, from: None };
        self.sender.scan(OPERATION, request::examine(page, false)).await
    }

    /// Checks a few items of the table, and whether the server returns a rejected one.
    async fn look_at(&self, page: KeyedPage) -> Result<Vec<Problem>> {
        let KeyedPage { items, .. } = page;
        let mut problems = Vec::new();
        if items.iter().any(|(_, whole)| has_late_expiry(&whole.item)) {
            let attribute = self.settings.layout.expires.clone();
            problems.push(Problem::ExpiryInMilliseconds { attribute });
        }
        let Some((key, _)) = items.first() else {
            return Ok(problems);
        };
        let returned = allowed("dynamodb:UpdateItem", self.probe_update(key).await)?;
        if returned.is_ok_and(|item| item.0.is_empty()) && self.is_there(key).await? {
            problems.push(Problem::ItemsNotReturned);
        }
        Ok(problems)
    }

    async fn is_there(&self, key: &Key) -> Result<bool> {
        let mut call = self.sender.reading(OPERATION);
        Ok(self.sender.send(&mut call, request::load(key, true)).await?.whole.is_some())
    }
}

fn never() -> Condition {
    let absent = Condition::NotExists(Attribute::Key);
    Condition::And(vec![Condition::Exists(Attribute::Key), absent])
}

fn update(key: &Key) -> Update {
    Update {
        key: key.clone(),
        set: Vec::new(),
        remove: vec![Attribute::Lock],
        condition: never(),
        returns_new: false,
        counted: false,
    }
}

fn delete(key: Key) -> Delete {
    Delete { key, condition: never(), counted: false }
}

/// Drops a missing permission for a transaction from the problems.
///
/// A transaction is allowed by the actions that it consists of, which are tried separately.
fn transacting(problem: Option<Problem>) -> Option<Problem> {
    problem.filter(|problem| !matches!(problem, Problem::Forbidden { .. }))
}

fn has_late_expiry(item: &Item) -> bool {
    match item.get(Attribute::Expires) {
        Some(Value::N(text)) => text.parse::<f64>().is_ok_and(|expires| expires > LAST_SECOND),
        _ => false,
    }
}
