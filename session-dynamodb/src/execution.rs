//! From a request to the outcome of its operation: sent, and where it is rejected, judged.

use crate::DynamoDbStore;
use crate::item::Item;
use crate::reply::{self, Obstacles, Verdict};
use crate::request::{Delete, Transaction, Update};
use crate::send::{Ambiguity, Call, Executed, Judgment};
use crate::write_fingerprint::WriteFingerprint;
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{Deletion, Expect, Version};
use session_core::time::EpochMillis;

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
    /// Sends the update that `request` makes for `step`. If it is rejected, `judge` says what that
    /// means, which can be another step.
    pub(crate) async fn execute_update<S>(
        &self,
        mut call: Call,
        step: S,
        request: impl Fn(S) -> Update + Send + Sync,
        judge: impl Fn(&Item, &Ambiguity) -> Verdict<S> + Send + Sync,
    ) -> Result<()> {
        let request = |step| request(step).within(&self.settings.layout);
        let judge = |old: Item, doubt: &Ambiguity| judge(&old, doubt).judgment(request);
        self.sender.execute(&mut call, request(step), judge).await?;
        Ok(())
    }

    pub(crate) async fn execute_deletion(
        &self,
        request: impl Fn() -> Delete + Send + Sync,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<Deletion> {
        let mut call = self.sender.writing(Operation::Delete);
        let judge = |old: Item, _: &Ambiguity| {
            reply::delete(&self.settings, &old, expect, now).judgment(|()| request())
        };
        match self.sender.execute(&mut call, request(), judge).await? {
            Executed::Replied(_) => Ok(Deletion::Deleted),
            Executed::Judged(()) => Ok(Deletion::WasAbsent),
        }
    }

    pub(crate) async fn execute_rotation(
        &self,
        request: impl Fn() -> Transaction + Send + Sync,
        (expect, fingerprint): (&Expect, &WriteFingerprint<'_>),
        version: &Version,
        now: EpochMillis,
    ) -> Result<()> {
        let mut call = self.sender.writing(Operation::Rotate);
        let judge = |obstacles: Obstacles, doubt: &Ambiguity| {
            if doubt.exists() && fingerprint.is_rotated(&self.settings, &obstacles, now) {
                return Judgment::Done(());
            }
            let verdict = reply::rotate(&self.settings, &obstacles, expect, version, now);
            verdict.judgment(|()| request())
        };
        self.sender.execute(&mut call, request(), judge).await?;
        Ok(())
    }
}
