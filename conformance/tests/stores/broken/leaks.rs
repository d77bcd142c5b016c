//! Faults that leak secrets in errors, or resources of dropped calls.

use crate::broken::rejects;
use crate::calls::{AcquireCall, Call, DeleteCall, SweepCall, UpdateCall};
use crate::rules::Does;
use crate::twist::{Twist, ruled_and_twisted, twisted};
use async_trait::async_trait;
use data_encoding::HEXUPPER;
use session_conformance::{Lawful, Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{Acquired, Cursor, Deletion, Key, LockToken, SessionStore, Sweep};
use session_core::{Error, ErrorKind, Result};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::yield_now;

/// Shows the key in the errors of one operation.
#[derive(Debug)]
struct NamesTheKeyIn(Operation, fn(Error, &str) -> Error);

impl NamesTheKeyIn {
    fn named<T>(&self, operation: Operation, key: &str, answer: Result<T>) -> Result<T> {
        answer.map_err(|error| if operation == self.0 { self.1(error, key) } else { error })
    }
}

fn in_hexadecimal(error: Error, key: &str) -> Error {
    error.with_detail(format!("no luck with {}", HEXUPPER.encode(key.as_bytes())))
}

/// The error of a driver that has the request.
fn in_a_source(error: Error, key: &str) -> Error {
    let bytes: Vec<_> = key.bytes().map(|byte| format!("%{byte:02X}")).collect();
    error.with_source(io::Error::other(format!("GET /sessions/{}", bytes.concat())))
}

#[async_trait]
impl Twist for NamesTheKeyIn {
    async fn call<C: Call<Model>>(&self, model: &Model, call: C) -> Result<C::Answer> {
        let key = call.key().map(Key::as_str).unwrap_or_default();
        self.named(C::OPERATION, key, call.on(model).await)
    }

    async fn sweep(&self, model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
        let cursor = call.from.map(Cursor::expose).unwrap_or_default();
        let limit = model.capabilities().max_key_bytes();
        let swept = if limit.is_some_and(|limit| cursor.len() > limit) {
            Err(Error::new(Operation::Collect, ErrorKind::InvalidArgument))
        } else {
            call.on(model).await
        };
        self.named(Operation::Collect, cursor, swept)
    }
}

/// Keeps keys that are too short for `Sessions`.
fn keeps_short_keys() -> impl Rules {
    Does(Lawful.capabilities().with_max_key_bytes(32))
}

/// Loses one of 16 connections with each dropped call of one operation.
#[derive(Debug)]
struct LosesConnections {
    operation: Operation,
    free: AtomicUsize,
}

impl LosesConnections {
    const fn of(operation: Operation) -> Self {
        Self { operation, free: AtomicUsize::new(16) }
    }
}

#[async_trait]
impl Twist for LosesConnections {
    async fn call<C: Call<Model>>(&self, model: &Model, call: C) -> Result<C::Answer> {
        if C::OPERATION != self.operation {
            return call.on(model).await;
        }
        let taken =
            self.free.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |free| free.checked_sub(1));
        taken.map_err(|_| Error::new(C::OPERATION, ErrorKind::Unavailable))?;
        yield_now().await;
        let answer = call.on(model).await;
        self.free.fetch_add(1, Ordering::SeqCst);
        answer
    }
}

/// Deletes the lock that it passes first, and does the rest a moment later.
#[derive(Debug)]
struct DeletesTheLapsedLockFirst(Operation);

impl DeletesTheLapsedLockFirst {
    async fn in_two_steps<T, F: Future<Output = Result<T>> + Send>(
        &self,
        operation: Operation,
        (model, key, own): (&Model, &Key, Option<&LockToken>),
        call: impl Fn() -> F + Send,
    ) -> Result<T> {
        let row = || model.with_rows(|rows| rows.get(key).cloned());
        let before = row();
        let answer = call().await;
        let is_passed = |before: &Row| {
            let lock = before.lock.as_ref();
            lock.is_some_and(|lock| Some(&lock.token) != own) && row().as_ref() != Some(before)
        };
        let Some(before) = before.filter(|before| operation == self.0 && is_passed(before)) else {
            return answer;
        };
        model.with_rows(|rows| rows.insert(key.clone(), Row { lock: None, ..before }));
        yield_now().await;
        call().await
    }
}

#[async_trait]
impl Twist for DeletesTheLapsedLockFirst {
    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        let make = || call.on(model);
        self.in_two_steps(Operation::Update, (model, call.key, call.expect.as_lock()), make).await
    }

    async fn delete(&self, model: &Model, call: DeleteCall<'_>) -> Result<Deletion> {
        let make = || call.on(model);
        self.in_two_steps(Operation::Delete, (model, call.key, call.expect.as_lock()), make).await
    }

    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        let make = || call.on(model);
        self.in_two_steps(Operation::Acquire, (model, call.key, Some(call.token)), make).await
    }
}

rejects! {
    names_the_key_of_a_load = twisted(NamesTheKeyIn(Operation::Load, in_a_source))
        => [errors_show_no_secret];
    names_short_keys =
        ruled_and_twisted(keeps_short_keys(), NamesTheKeyIn(Operation::Release, in_hexadecimal))
        => [errors_show_no_secret];
    names_the_key_of_a_release = twisted(NamesTheKeyIn(Operation::Release, in_hexadecimal))
        => [errors_show_no_secret, a_key_beyond_the_limit_is_rejected];
    names_the_key_of_a_sweep = twisted(NamesTheKeyIn(Operation::Collect, in_hexadecimal))
        => [errors_show_no_secret];
    loses_connections_of_dropped_loads = twisted(LosesConnections::of(Operation::Load))
        => [dropped_calls_leak_no_resource];
    loses_connections_of_dropped_acquisitions = twisted(LosesConnections::of(Operation::Acquire))
        => [dropped_calls_leak_no_resource];
    deletes_the_lapsed_lock_before_it_locks = twisted(DeletesTheLapsedLockFirst(Operation::Acquire))
        => [a_dropped_call_over_a_lapsed_lock_is_whole_or_not_at_all];
    deletes_the_lapsed_lock_before_it_updates = twisted(DeletesTheLapsedLockFirst(Operation::Update))
        => [a_dropped_call_over_a_lapsed_lock_is_whole_or_not_at_all];
    deletes_the_lapsed_lock_before_it_deletes = twisted(DeletesTheLapsedLockFirst(Operation::Delete))
        => [a_dropped_call_over_a_lapsed_lock_is_whole_or_not_at_all];
}
