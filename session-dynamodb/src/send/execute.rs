//! The only loop of this crate that sends, decides on a rejection, and sends again.

use super::ambiguity::Ambiguity;
use super::classification::{Classification, Kind};
use super::evidence::Evidence;
use super::failure::{Failure, NoReply, NotSent};
use super::progress::Progress;
use super::transport::{Action, Exchange, Transport};
use super::{Failed, Sender};
use crate::error::unsettled;
use futures_util::future::{Either, select};
use session_core::error::Operation;
use session_core::{ErrorKind, Result};
use std::convert::Infallible;
use std::future::pending;
use std::pin::pin;
use std::time::Duration;

/// An operation in progress: its name, its deadline, and what is known of it.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) operation: Operation,
    pub(crate) ambiguity: Ambiguity,
    /// The time on the timer at which it ends.
    deadline: Duration,
    retries: u32,
    /// Whether something follows from the item of a rejection.
    needs_items: bool,
}

impl Call {
    /// The same of an operation for which it does not matter what a rejection shows.
    pub(crate) fn ignoring_items(self) -> Self {
        Self { needs_items: false, ..self }
    }

    pub(super) const fn needs_items(&self) -> bool {
        self.needs_items
    }
}

/// The meaning of a rejection.
pub(crate) enum Judgment<R, T> {
    /// There is nothing left to do.
    Done(T),
    /// The operation is rejected.
    Rejected(ErrorKind),
    /// This request does it.
    Send(R),
    /// This request does the rest, after a delay and for one of the retries.
    SendLater(R),
}

/// The end of an operation.
pub(crate) enum Executed<P, T> {
    /// A request was carried out, and this is its reply.
    Replied(P),
    /// A rejection said that there is nothing left to do.
    Judged(T),
}

/// How often an operation starts again because its item changed in between.
pub(crate) const ROUNDS: usize = 4;

impl Sender {
    /// Starts an operation that changes nothing.
    pub(crate) fn reading(&self, operation: Operation) -> Call {
        self.call(operation, Ambiguity::reading())
    }

    /// Starts an operation that changes something.
    pub(crate) fn writing(&self, operation: Operation) -> Call {
        self.call(operation, Ambiguity::writing())
    }

    fn call(&self, operation: Operation, ambiguity: Ambiguity) -> Call {
        let deadline = self.timer.elapsed() + self.limits.operation;
        Call { operation, ambiguity, deadline, retries: 0, needs_items: true }
    }

    /// Starts an operation on a lease, which ends within a third of the lease.
    ///
    /// So enough of the returned lease is left. It has the time for one request in any case.
    pub(crate) fn leasing(&self, operation: Operation, lease: Duration) -> Call {
        let limit = (lease / 3).max(self.limits.request).min(self.limits.operation);
        Call { deadline: self.timer.elapsed() + limit, ..self.writing(operation) }
    }

    /// Sends a request that no condition rejects.
    pub(crate) async fn send<R>(&self, call: &mut Call, request: R) -> Result<R::Reply, Failed>
    where
        R: Action<Rejection = Infallible>,
        dyn Transport: Exchange<R>,
    {
        let executed = self.execute(call, request, |never, _| match never {}).await?;
        match executed {
            Executed::Replied(reply) | Executed::Judged(reply) => Ok(reply),
        }
    }

    /// Sends a request until it is carried out, or `judge` ends the operation.
    ///
    /// `judge` decides on each rejection.
    ///
    /// A request that fails for what can pass is sent again, as the same bytes, while there are
    /// time, retries and budget. A rejection whose item was not shown is checked first.
    pub(crate) async fn execute<R, T>(
        &self,
        call: &mut Call,
        first: R,
        mut judge: impl FnMut(R::Rejection, &Ambiguity) -> Judgment<R, T> + Send,
    ) -> Result<Executed<R::Reply, T>, Failed>
    where
        R: Action,
        dyn Transport: Exchange<R>,
    {
        let mut request = first;
        let mut rounds = 0;
        loop {
            let rejection = match self.attempt_until_answered(call, &request).await? {
                Ok(reply) => return Ok(Executed::Replied(reply)),
                Err(rejection) => rejection,
            };
            match self.check_rejection(call, &request, &rejection).await? {
                Evidence::Credible => {}
                Evidence::Outdated => continue,
                Evidence::Silent => return Err(self.silent_about_items(call, R::NAME)),
            }
            match judge(rejection, &call.ambiguity) {
                Judgment::Done(answer) => return Ok(Executed::Judged(answer)),
                Judgment::Rejected(kind) => {
                    return Err(call.ambiguity.rejection(call.operation, kind).into());
                }
                Judgment::Send(next) if rounds < ROUNDS - 1 => {
                    (request, rounds) = (next, rounds + 1);
                }
                Judgment::SendLater(next) if self.back_off(call, false).await.is_some() => {
                    request = next;
                }
                Judgment::Send(_) | Judgment::SendLater(_) => {
                    return Err(call.ambiguity.mark(unsettled(call.operation)).into());
                }
            }
        }
    }

    /// Makes attempts until the server executes the request or rejects its condition.
    pub(super) async fn attempt_until_answered<R>(
        &self,
        call: &mut Call,
        request: &R,
    ) -> Result<Result<R::Reply, R::Rejection>, Failed>
    where
        R: Action,
        dyn Transport: Exchange<R>,
    {
        let mut taken = None;
        loop {
            let failure = match self.attempt(call, request).await {
                Ok(reply) => {
                    self.budget.give_back(taken);
                    return Ok(Ok(reply));
                }
                Err(Failure::Rejected(rejection)) => return Ok(Err(rejection)),
                Err(Failure::NotSent(why)) => Failure::NotSent(why),
                Err(Failure::NoReply(why)) => Failure::NoReply(why),
                Err(Failure::Service(error)) => Failure::Service(error),
            };
            let classification = failure.classify(R::NAME);
            call.ambiguity.note(&classification);
            let is_time_out = matches!(failure, Failure::NoReply(NoReply::TimedOut));
            if classification.may_pass {
                taken = self.back_off(call, is_time_out).await;
            }
            if !classification.may_pass || taken.is_none() {
                return Err(self.failed(call, R::NAME, failure, classification));
            }
        }
    }

    /// Makes one attempt, within the request timeout after sending and the deadline.
    async fn attempt<R>(&self, call: &Call, request: &R) -> Result<R::Reply, Failure<R::Rejection>>
    where
        R: Action,
        dyn Transport: Exchange<R>,
    {
        let (progress, mut watcher) = Progress::new();
        let left = call.deadline.saturating_sub(self.timer.elapsed());
        let sending = self.transport.send(&self.table, request, progress);
        let in_time = async {
            let overdue = async {
                watcher.sent().await;
                self.limit(self.limits.request).await;
            };
            match select(sending, select(pin!(overdue), pin!(self.limit(left)))).await {
                Either::Left((replied, _)) => Some(replied),
                Either::Right(_) => None,
            }
        };
        match in_time.await {
            Some(replied) => replied,
            None if watcher.may_be_sent() => Err(Failure::NoReply(NoReply::TimedOut)),
            None => Err(Failure::NotSent(NotSent::CredentialsUnavailable)),
        }
    }

    /// Completes when so much time has passed.
    ///
    /// On a timer that does not wait, such as one of a test, time stands still and no limit comes.
    async fn limit(&self, limit: Duration) {
        let begin = self.timer.elapsed();
        self.timer.sleep(limit).await;
        if self.timer.elapsed() == begin && !limit.is_zero() {
            pending::<()>().await;
        }
    }

    /// Waits before the next attempt, and returns the tokens that it takes.
    ///
    /// It returns `None` at once if there is to be no other attempt.
    async fn back_off(&self, call: &mut Call, is_time_out: bool) -> Option<u32> {
        if call.retries == self.retries.most {
            return None;
        }
        let delay = self.retries.delay(call.retries, self.chance());
        if self.timer.elapsed() + delay >= call.deadline {
            return None;
        }
        let tokens = self.budget.take(is_time_out)?;
        call.retries += 1;
        self.timer.sleep(delay).await;
        Some(tokens)
    }

    fn failed(
        &self,
        call: &Call,
        action: &'static str,
        failure: Failure,
        classification: Classification,
    ) -> Failed {
        let (code, request_id) = match failure {
            Failure::Service(error) => (error.code, error.request_id),
            _ => (None, None),
        };
        let Classification { kind, advice, .. } = classification;
        let error = self.error(call.operation, action, code.as_deref(), kind, &advice, request_id);
        Failed { error: call.ambiguity.mark(error), code, kind: Some(kind) }
    }

    /// The error of a server that rejects conditions and shows no item.
    fn silent_about_items(&self, call: &Call, action: &'static str) -> Failed {
        let advice = "the server rejects a condition without the item that it rejects \
                      (ReturnValuesOnConditionCheckFailure), so nothing tells what happened: use \
                      a server that returns it";
        let error = self.error(call.operation, action, None, Kind::Config, advice, None);
        call.ambiguity.mark(error).into()
    }
}
