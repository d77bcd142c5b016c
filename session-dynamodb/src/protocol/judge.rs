//! The interpretation of replies by the code of the store.

use super::Protocol;
use super::at;
use super::client::Pending;
use super::fault::Fault;
use super::message::{AttemptId, Call, Message, Seen, change, lease, touch};
use super::observer::{ReportedOutcome, data, version};
use super::state::State;
use crate::item::{Item, Value};
use crate::layout::Attribute;
use crate::reply::{self, LeaseVerdict, Verdict};
use crate::send::Ambiguity;
use session_core::decision::Context;
use session_core::error::{Operation, Outcome};
use session_core::store::{Acquired, Expect};
use session_core::time::EpochMillis;
use session_core::{Error, ErrorKind};

/// The outcome of an operation.
pub(super) enum Answer {
    Locked(Seen),
    Busy,
    Done,
    Failed(Error),
    /// Another request follows.
    Again(Call),
}

impl Protocol {
    /// The result that the store returns to its caller for a reply.
    pub(super) fn answer(&self, pending: &Pending, reply: Result<Item, Item>) -> Answer {
        let Pending { message: Message { attempt, call, made }, in_doubt, .. } = *pending;
        let (settings, tag) = (&self.settings, attempt.tag());
        let context = self.context(made);
        let old = match reply {
            Ok(item) if matches!(call, Call::Acquire { .. }) => return Answer::Locked(seen(&item)),
            Ok(_) => return Answer::Done,
            Err(old) => self.as_judged(old, pending.message),
        };
        let verdict = match call {
            Call::Acquire { .. } => {
                return self.acquired(&old, attempt, made).unwrap_or(Answer::Again(call));
            }
            Call::Renew { .. } => {
                match reply::renew(settings, &old, &attempt.token(), lease(), &context) {
                    // Only the lock of a planted fault ends after the record.
                    LeaseVerdict::Done(_) | LeaseVerdict::AsSeen(_) => Verdict::Done,
                    LeaseVerdict::Refused(kind) => Verdict::Refused(kind),
                    LeaseVerdict::Again => Verdict::Again(call),
                }
            }
            Call::Update { seen } => {
                let (change, expect) = (change(attempt), self.expect(attempt, seen));
                let verdict = reply::update(settings, &old, &change, &expect, &tag, &context);
                again(verdict, |_| call)
            }
            Call::Touch { .. } => {
                let expect = Expect::lock(attempt.token());
                let verdict = reply::touch(settings, &old, &touch(), &expect, &context);
                again(verdict, |step| Call::Touch { step })
            }
            Call::Release => Verdict::Done,
        };
        match verdict {
            Verdict::Done => Answer::Done,
            Verdict::Refused(kind) => Answer::Failed(self.refusal(in_doubt, kind)),
            Verdict::Again(call) => Answer::Again(call),
        }
    }

    /// The result of an acquisition, unless the lock is free now.
    fn acquired(&self, old: &Item, attempt: AttemptId, made: u8) -> Option<Answer> {
        let (token, context) = (attempt.token(), self.context(made));
        let acquired = match reply::acquire(&self.settings, old, &token, lease(), &context) {
            LeaseVerdict::Done(acquired) => acquired,
            LeaseVerdict::Again => return None,
            LeaseVerdict::Refused(kind) => unreachable!("{kind:?} is no answer"),
            LeaseVerdict::AsSeen(_) => return Some(Answer::Locked(seen(old))),
        };
        Some(match acquired.expect("what is written can be read") {
            Acquired::Locked(_) => Answer::Locked(seen(old)),
            Acquired::Busy { .. } => Answer::Busy,
            Acquired::Absent => unreachable!("the session does not end"),
        })
    }

    fn context(&self, made: u8) -> Context {
        self.context_at(at(made))
    }

    pub(super) fn context_at(&self, now: EpochMillis) -> Context {
        Context::new(now, self.settings.clock_skew)
    }

    /// The item of a rejection, which a fault may have changed for the interpretation.
    fn as_judged(&self, mut old: Item, message: Message) -> Item {
        match (self.fault, message.call) {
            (Some(Fault::ForgetsItsOwnWrite), _) => {
                old.0.remove(&Attribute::Version);
            }
            (Some(Fault::TakesAnyWriteForItsOwn), Call::Update { .. }) => {
                old.0.insert(Attribute::Version, Value::tag(&message.attempt.tag()));
            }
            _ => {}
        }
        old
    }

    /// The error of a rejection, which depends on the replies to earlier attempts.
    pub(super) fn refusal(&self, in_doubt: bool, kind: ErrorKind) -> Error {
        let in_doubt = in_doubt && self.fault != Some(Fault::ForgetsItsAmbiguity);
        let doubt = if in_doubt { Ambiguity::after_silence() } else { Ambiguity::writing() };
        doubt.rejection(Operation::Update, kind)
    }

    /// Notes the outcome of a holder's write.
    pub(super) fn tell(state: &mut State, pending: &Pending, answer: &Answer) {
        let attempt = pending.message.attempt;
        let is_update = matches!(pending.message.call, Call::Update { .. });
        let reported = match answer {
            Answer::Done if pending.in_doubt => ReportedOutcome::WrittenAgain,
            Answer::Done => ReportedOutcome::Written,
            Answer::Failed(error) if error.outcome() == Outcome::Unknown => {
                ReportedOutcome::Unknown
            }
            _ => ReportedOutcome::Rejected,
        };
        if is_update || reported == ReportedOutcome::Rejected {
            state.history_mut(attempt).reported = Some(reported);
        }
    }
}

/// A verdict whose next step is a call.
fn again<S>(verdict: Verdict<S>, call: impl FnOnce(S) -> Call) -> Verdict<Call> {
    match verdict {
        Verdict::Done => Verdict::Done,
        Verdict::Refused(kind) => Verdict::Refused(kind),
        Verdict::Again(step) => Verdict::Again(call(step)),
    }
}

/// The data that a client reads with the lock.
fn seen(item: &Item) -> Seen {
    Seen { data: data(item), version: version(item) }
}
