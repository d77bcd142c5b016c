//! Faults of operations that check and then act, without an await in between.

use crate::broken::rejects;
use crate::calls::{AcquireCall, CreateCall, DeleteCall, RotateCall, TouchCall, UpdateCall};
use crate::changes::now;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::Result;
use session_core::store::{Acquired, Deletion, Freshness, Key, SessionStore};
use std::thread;

/// Checks under the mutex, releases it, and takes it again to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ChecksThenActs {
    Create,
    Update,
    Delete,
    /// An update that writes the record even if it is absent.
    Revive,
    Touch,
    Rotate,
    /// A rotation that creates at the new key first.
    Double,
    Acquire,
    /// A takeover that returns the record as read before it.
    TakeOver,
}

#[async_trait]
impl Twist for ChecksThenActs {
    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        if *self == Self::Create && model.with_rows(|rows| !rows.contains_key(call.key)) {
            model.with_rows(|rows| rows.remove(call.key));
        }
        call.on(model).await
    }

    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        let seen = model.with_rows(|rows| rows.get(call.key).cloned());
        model.with_rows(|rows| match (self, seen) {
            (Self::Update, Some(seen)) => {
                rows.entry(call.key.clone()).and_modify(|row| row.version = seen.version);
            }
            (Self::Revive, Some(seen)) => {
                rows.entry(call.key.clone()).or_insert(seen);
            }
            _ => {}
        });
        call.on(model).await
    }

    async fn touch(&self, model: &Model, call: TouchCall<'_>) -> Result<()> {
        if *self != Self::Touch {
            return call.on(model).await;
        }
        let seen = model.with_rows(|rows| rows.get(call.key).cloned());
        if let Some(seen) = seen {
            model.with_rows(|rows| rows.insert(call.key.clone(), seen));
        }
        call.on(model).await
    }

    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        self.check_then_restore(Self::Rotate, model, call.old);
        let before = model.with_rows(|rows| rows.get(call.old).cloned());
        call.on(model).await?;
        if let (Self::Double, Some(before)) = (self, before) {
            model.with_rows(|rows| rows.insert(call.old.clone(), before));
            model.with_rows(|rows| rows.remove(call.old));
        }
        Ok(())
    }

    async fn delete(&self, model: &Model, call: DeleteCall<'_>) -> Result<Deletion> {
        self.check_then_restore(Self::Delete, model, call.key);
        call.on(model).await
    }

    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        let seen = model.with_rows(|rows| rows.get(call.key).cloned());
        let is_free = seen.is_some_and(|row| row.lock.is_none());
        if *self == Self::Acquire && is_free {
            model.with_rows(|rows| {
                rows.entry(call.key.clone()).and_modify(|row| row.lock = None);
            });
        }
        let read = model.load(call.key, Freshness::Latest).await?;
        let mut answer = call.on(model).await?;
        if let (Self::TakeOver, Acquired::Locked(snapshot), Some(read)) = (self, &mut answer, read)
        {
            snapshot.record.payload = read.record.payload;
        }
        Ok(answer)
    }
}

impl ChecksThenActs {
    /// Finds the record, and writes it again if it was deleted since.
    fn check_then_restore(self, fault: Self, model: &Model, key: &Key) {
        if self != fault {
            return;
        }
        if let Some(seen) = model.with_rows(|rows| rows.get(key).cloned()) {
            model.with_rows(|rows| {
                rows.entry(key.clone()).or_insert(seen);
            });
        }
    }
}

/// Rotates on another thread, in two transactions.
#[derive(Debug)]
struct RotatesOnAWorker;

#[async_trait]
impl Twist for RotatesOnAWorker {
    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        let moved = on_a_worker(|| {
            now(call.on(model))?;
            Ok(model.with_rows(|rows| rows.remove(call.new)))
        })?;
        on_a_worker(|| {
            model.with_rows(|rows| rows.extend(moved.map(|row| (call.new.clone(), row))));
        });
        Ok(())
    }
}

fn on_a_worker<T: Send>(job: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(job).join().expect("the model does not panic"))
}

rejects! {
    rotates_on_a_worker_in_two_steps = twisted(RotatesOnAWorker)
        => [a_reader_on_a_thread_finds_a_rotating_record_at_one_key];
    checks_then_creates = twisted(ChecksThenActs::Create) => [of_creators_on_threads_one_wins];
    checks_then_updates = twisted(ChecksThenActs::Update)
        => [of_updates_of_one_version_on_threads_one_wins];
    checks_then_deletes = twisted(ChecksThenActs::Delete)
        => [of_deletions_on_threads_one_finds_the_session];
    checks_then_revives = twisted(ChecksThenActs::Revive)
        => [an_update_on_a_thread_revives_nothing];
    checks_then_touches = twisted(ChecksThenActs::Touch) => [a_touch_on_a_thread_undoes_no_write];
    checks_then_rotates = twisted(ChecksThenActs::Rotate) => [of_rotations_on_threads_one_wins];
    creates_then_deletes_in_a_rotation = twisted(ChecksThenActs::Double)
        => [
            a_reader_on_a_thread_finds_a_rotating_record_at_one_key,
            a_repeated_rotation_succeeds_whatever_took_the_old_key,
        ];
    checks_then_acquires = twisted(ChecksThenActs::Acquire) => [of_contenders_on_threads_one_locks];
    checks_then_takes_over = twisted(ChecksThenActs::TakeOver)
        => [a_takeover_on_a_thread_reads_the_last_write];
}
