//! Sends the requests of an operation, and decides what a rejection means.

use crate::DynamoDbStore;
use crate::item::Item;
use crate::reply::{self, Obstacles, Verdict};
use crate::request::{Delete, Transaction, Update};
use crate::send::{Ambiguity, Call, Executed, Judgment};
use session_core::Result;
use session_core::decision::Context;
use session_core::error::Operation;
use session_core::store::{Deletion, Expect};

impl<S> Verdict<S> {
    /// The same for the loop that sends, given the request of each step.
    fn judgment<R>(self, request: impl FnOnce(S) -> R) -> Judgment<R, ()> {
        match self {
            Self::Done => Judgment::Done(()),
            Self::Refused(kind) => Judgment::Rejected(kind),
            Self::Again(step) => Judgment::Send(request(step)),
        }
    }
}

impl DynamoDbStore {
    /// The context of a decision.
    ///
    /// Each operation makes it once, before anything is sent.
    pub(crate) fn context(&self) -> Context {
        Context::new(self.clock.now(), self.settings.clock_skew)
    }

    /// Sends the update that `request` makes for `step`.
    ///
    /// If it is rejected, `judge` decides what that means, which can be another step.
    pub(crate) async fn execute_update<S>(
        &self,
        mut call: Call,
        context: Context,
        step: S,
        request: impl Fn(S) -> Update + Send + Sync,
        judge: impl Fn(&Item, &Context) -> Verdict<S> + Send + Sync,
    ) -> Result<()> {
        let request = |step| request(step).within(&self.settings.layout);
        let judge = |old: Item, doubt: &Ambiguity| {
            judge(&old, &context.in_doubt(doubt.exists())).judgment(request)
        };
        self.sender.execute(&mut call, request(step), judge).await?;
        Ok(())
    }

    pub(crate) async fn execute_deletion(
        &self,
        context: Context,
        request: impl Fn() -> Delete + Send + Sync,
        expect: &Expect,
    ) -> Result<Deletion> {
        let mut call = self.sender.writing(Operation::Delete);
        let judge = |old: Item, _: &Ambiguity| {
            reply::delete(&self.settings, &old, expect, &context).judgment(|()| request())
        };
        match self.sender.execute(&mut call, request(), judge).await? {
            Executed::Replied(_) => Ok(Deletion::Deleted),
            Executed::Judged(()) => Ok(Deletion::WasAbsent),
        }
    }

    pub(crate) async fn execute_rotation(
        &self,
        context: Context,
        request: impl Fn() -> Transaction + Send + Sync,
        judge: impl Fn(&Obstacles, &Context) -> Verdict + Send + Sync,
    ) -> Result<()> {
        let mut call = self.sender.writing(Operation::Rotate);
        let judge = |obstacles: Obstacles, doubt: &Ambiguity| {
            judge(&obstacles, &context.in_doubt(doubt.exists())).judgment(|()| request())
        };
        self.sender.execute(&mut call, request(), judge).await?;
        Ok(())
    }
}
