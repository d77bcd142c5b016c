//! From a request to the outcome of its operation: sent, and where it is refused, judged.

use crate::DynamoDbStore;
use crate::error;
use crate::item::Item;
use crate::own::Trace;
use crate::reply::{self, Verdict};
use crate::request::{Delete, Transaction, Update};
use crate::send::{Doubt, Reply};
use session_core::{Deletion, EpochMillis, Expect, Operation, Result, Version};

/// How often an operation is tried anew because the item changed between two requests of it.
pub(crate) const ROUNDS: usize = 4;

impl DynamoDbStore {
    /// Sends the update that `request` makes for `step`. If it is refused, `judge` says what that
    /// means, which can be another step.
    pub(crate) async fn settle<S: Copy>(
        &self,
        operation: Operation,
        step: S,
        request: impl Fn(S) -> Update,
        judge: impl Fn(&Item) -> Verdict<S>,
    ) -> Result<()> {
        self.settle_traced(operation, step, request, judge, |_| false).await
    }

    /// The same for what a retry recognises as its own, too, once an attempt may have been applied.
    pub(crate) async fn settle_traced<S: Copy>(
        &self,
        operation: Operation,
        mut step: S,
        request: impl Fn(S) -> Update,
        judge: impl Fn(&Item) -> Verdict<S>,
        is_own: impl Fn(&Item) -> bool,
    ) -> Result<()> {
        let mut doubt = Doubt::writing();
        for _ in 0..ROUNDS {
            let update = request(step).within(&self.settings.layout);
            let reply = self.sender.update(operation, &update, &mut doubt).await?;
            let Reply::Refused(old) = reply else {
                return Ok(());
            };
            if doubt.is_there() && is_own(&old) {
                return Ok(());
            }
            match judge(&old) {
                Verdict::Done => return Ok(()),
                Verdict::Refused(kind) => return Err(doubt.refusal(operation, kind)),
                Verdict::Again(next) => step = next,
            }
        }
        Err(doubt.judge(error::unsettled(operation)))
    }

    pub(crate) async fn settle_deletion(
        &self,
        request: &Delete,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<Deletion> {
        let operation = Operation::Delete;
        let mut doubt = Doubt::writing();
        for _ in 0..ROUNDS {
            let reply = self.sender.delete(operation, request, &mut doubt).await?;
            let Reply::Refused(old) = reply else {
                return Ok(Deletion::Deleted);
            };
            match reply::delete(&self.settings, &old, expect, now) {
                Verdict::Done => return Ok(Deletion::WasAbsent),
                Verdict::Refused(kind) => return Err(doubt.refusal(operation, kind)),
                Verdict::Again(()) => {}
            }
        }
        Err(doubt.judge(error::unsettled(operation)))
    }

    pub(crate) async fn settle_rotation(
        &self,
        request: &Transaction,
        (expect, trace): (&Expect, &Trace<'_>),
        version: &Version,
        now: EpochMillis,
    ) -> Result<()> {
        let operation = Operation::Rotate;
        let mut doubt = Doubt::writing();
        for _ in 0..ROUNDS {
            let reply = self.sender.transact(operation, request, &mut doubt).await?;
            let Reply::Refused(obstacles) = reply else {
                return Ok(());
            };
            if doubt.is_there() && trace.is_rotated(&self.settings, &obstacles, now) {
                return Ok(());
            }
            match reply::rotate(&self.settings, &obstacles, expect, version, now) {
                Verdict::Done => return Ok(()),
                Verdict::Refused(kind) => return Err(doubt.refusal(operation, kind)),
                Verdict::Again(()) => {}
            }
        }
        Err(doubt.judge(error::unsettled(operation)))
    }
}
