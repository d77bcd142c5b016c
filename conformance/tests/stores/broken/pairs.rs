//! Operations that look at a record, and write a moment later.

use crate::broken::rejects;
use crate::calls::{
    AcquireCall, DeleteCall, ReleaseCall, RenewCall, RotateCall, TouchCall, UpdateCall,
};
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::{Model, Row};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{Acquired, Deletion, Expect, Key};
use session_core::time::Timestamp;
use tokio::task::yield_now;

/// Decides by the record as it was, and writes this part of it a moment later.
#[derive(Debug)]
struct LooksThenWrites {
    operation: Operation,
    /// The expectations with which it does so.
    expects: fn(&Expect) -> bool,
    part: Part,
}

/// The part of a row that is written, also if the row has changed.
#[derive(Clone, Copy, Debug)]
enum Part {
    Row,
    Expiry,
    Lock,
}

impl LooksThenWrites {
    const fn any(operation: Operation, part: Part) -> Self {
        Self { operation, expects: |_| true, part }
    }

    const fn expecting(operation: Operation, expects: fn(&Expect) -> bool, part: Part) -> Self {
        Self { operation, expects, part }
    }

    async fn look<T>(
        &self,
        model: &Model,
        (operation, expect): (Operation, &Expect),
        keys: &[&Key],
        call: impl Future<Output = T>,
    ) -> T {
        let before = rows(model, keys);
        let answer = call.await;
        let after = rows(model, keys);
        if operation == self.operation && (self.expects)(expect) && after != before {
            write(model, keys, before, Part::Row);
            yield_now().await;
            write(model, keys, after, self.part);
        }
        answer
    }
}

fn rows(model: &Model, keys: &[&Key]) -> Vec<Option<Row>> {
    model.with_rows(|rows| keys.iter().map(|key| rows.get(*key).cloned()).collect())
}

fn write(model: &Model, keys: &[&Key], written: Vec<Option<Row>>, part: Part) {
    model.with_rows(|rows| {
        for (key, written) in keys.iter().zip(written) {
            match (written, part) {
                (Some(written), Part::Row) => _ = rows.insert((*key).clone(), written),
                (None, _) => _ = rows.remove(*key),
                (Some(written), _) => {
                    if let Some(row) = rows.get_mut(*key) {
                        write_part(row, written, part);
                    }
                }
            }
        }
    });
}

fn write_part(row: &mut Row, written: Row, part: Part) {
    match part {
        Part::Row => *row = written,
        Part::Expiry => row.record.expires = written.record.expires,
        Part::Lock => row.lock = written.lock,
    }
}

#[async_trait]
impl Twist for LooksThenWrites {
    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        self.look(model, (Operation::Update, call.expect), &[call.key], call.on(model)).await
    }

    async fn touch(&self, model: &Model, call: TouchCall<'_>) -> Result<()> {
        self.look(model, (Operation::Touch, call.expect), &[call.key], call.on(model)).await
    }

    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        let keys = [call.old, call.new];
        self.look(model, (Operation::Rotate, call.expect), &keys, call.on(model)).await
    }

    async fn delete(&self, model: &Model, call: DeleteCall<'_>) -> Result<Deletion> {
        self.look(model, (Operation::Delete, call.expect), &[call.key], call.on(model)).await
    }

    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        let what = (Operation::Acquire, &Expect::PRESENT);
        self.look(model, what, &[call.key], call.on(model)).await
    }

    async fn renew(&self, model: &Model, call: RenewCall<'_>) -> Result<Timestamp> {
        let what = (Operation::Renew, &Expect::PRESENT);
        self.look(model, what, &[call.key], call.on(model)).await
    }

    async fn release(&self, model: &Model, call: ReleaseCall<'_>) -> Result<()> {
        let what = (Operation::Release, &Expect::PRESENT);
        self.look(model, what, &[call.key], call.on(model)).await
    }
}

fn a_version(expect: &Expect) -> bool {
    expect.as_version().is_some()
}

fn a_lock(expect: &Expect) -> bool {
    expect.as_lock().is_some()
}

rejects! {
    rotates_what_it_saw = twisted(LooksThenWrites::any(Operation::Rotate, Part::Row))
        => [two_calls_at_once_are_one_after_the_other];
    rotates_the_version_that_it_saw =
        twisted(LooksThenWrites::expecting(Operation::Rotate, a_version, Part::Row))
        => [two_calls_at_once_are_one_after_the_other];
    updates_the_version_that_it_saw =
        twisted(LooksThenWrites::expecting(Operation::Update, a_version, Part::Row))
        => [two_calls_at_once_are_one_after_the_other];
    deletes_the_version_that_it_saw =
        twisted(LooksThenWrites::expecting(Operation::Delete, a_version, Part::Row))
        => [two_calls_at_once_are_one_after_the_other];
    touches_the_version_that_it_saw =
        twisted(LooksThenWrites::expecting(Operation::Touch, a_version, Part::Row))
        => [two_calls_at_once_are_one_after_the_other];
    moves_the_expiry_of_another_version =
        twisted(LooksThenWrites::expecting(Operation::Touch, a_version, Part::Expiry))
        => [two_calls_at_once_are_one_after_the_other];
    writes_whole_rows_in_a_touch = twisted(LooksThenWrites::any(Operation::Touch, Part::Row))
        => [two_calls_at_once_are_one_after_the_other];
    acquires_what_it_saw = twisted(LooksThenWrites::any(Operation::Acquire, Part::Lock))
        => [two_calls_at_once_are_one_after_the_other];
    renews_what_it_saw = twisted(LooksThenWrites::any(Operation::Renew, Part::Lock))
        => [two_calls_after_a_lease_are_one_after_the_other];
    releases_what_it_saw = twisted(LooksThenWrites::any(Operation::Release, Part::Lock))
        => [two_calls_after_a_lease_are_one_after_the_other];
    writes_whole_rows_in_a_renewal = twisted(LooksThenWrites::any(Operation::Renew, Part::Row))
        => [two_calls_under_a_lock_are_one_after_the_other];
    writes_whole_rows_in_a_release = twisted(LooksThenWrites::any(Operation::Release, Part::Row))
        => [two_calls_under_a_lock_are_one_after_the_other];
    updates_under_the_lock_that_it_saw =
        twisted(LooksThenWrites::expecting(Operation::Update, a_lock, Part::Row))
        => [two_calls_under_a_lock_are_one_after_the_other];
    touches_under_the_lock_that_it_saw =
        twisted(LooksThenWrites::expecting(Operation::Touch, a_lock, Part::Expiry))
        => [two_calls_under_a_lock_are_one_after_the_other];
    rotates_under_the_lock_that_it_saw =
        twisted(LooksThenWrites::expecting(Operation::Rotate, a_lock, Part::Row))
        => [two_calls_after_a_lease_are_one_after_the_other];
    deletes_under_the_lock_that_it_saw =
        twisted(LooksThenWrites::expecting(Operation::Delete, a_lock, Part::Row))
        => [two_calls_after_a_lease_are_one_after_the_other];
}
