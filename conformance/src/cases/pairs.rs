//! Two calls of one session at once, each against each.
//!
//! The first call is held at several of its awaits, and the second one runs meanwhile. The answers of
//! both, and what is found afterwards, are those of the model for the one call after the other.

use crate::call::{Answer, Call, PossibleStates, Reply};
use crate::contended::is_contention;
use crate::context::{LEASE, MOST_AWAITS, MOST_TURNS, let_go_on_for, poll_up_to};
use crate::{Checked, Context, Finding, Verdict};
use session_core::Result;
use session_core::error::Outcome;
use session_core::store::{
    Capabilities, Expect, Key, LockDisposition, LockToken, Payload, Touch, Version,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

pub(crate) async fn two_calls_at_once_are_one_after_the_other(context: &Context) -> Verdict {
    Ok(each_against_each(context, Setting::Free).await?)
}

pub(crate) async fn two_calls_under_a_lock_are_one_after_the_other(context: &Context) -> Verdict {
    Ok(each_against_each(context, Setting::Locked).await?)
}

pub(crate) async fn two_calls_after_a_lease_are_one_after_the_other(context: &Context) -> Verdict {
    Ok(each_against_each(context, Setting::Lapsed).await?)
}

pub(crate) async fn two_calls_after_the_expiry_are_one_after_the_other(
    context: &Context,
) -> Verdict {
    Ok(each_against_each(context, Setting::Expired).await?)
}

/// The state of the session before the two calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setting {
    Free,
    Locked,
    /// The lease of its lock is over.
    Lapsed,
    Expired,
}

async fn each_against_each(context: &Context, setting: Setting) -> Checked {
    let mut patience = Patience { turns: MOST_TURNS };
    let trial = Trial::given(context, setting, "").await?;
    for first in 0..trial.firsts("").len() {
        for second in 0..trial.seconds("").len() {
            at_its_awaits(context, setting, (first, second), &mut patience).await?;
        }
    }
    Ok(())
}

/// Makes two calls, by their numbers, once for each await at which the first one is held.
///
/// Over real I/O a call has many awaits, of which neighbors belong to one request. So not each of
/// the later ones is tried.
async fn at_its_awaits(
    context: &Context,
    setting: Setting,
    (first, second): (usize, usize),
    patience: &mut Patience,
) -> Checked {
    let mut polls = 1;
    while polls <= MOST_AWAITS {
        let trial = Trial::given(context, setting, &format!("{first} {second} {polls}")).await?;
        let calls = [&trial.firsts("first")[first], &trial.seconds("second")[second]];
        if trial.hold(calls, polls, patience).await? {
            return Ok(());
        }
        polls += 1 + polls / 4;
    }
    Err(Finding::new("a call is not done after many awaits"))
}

/// For how many turns the first call is held while the second one is not answered.
///
/// A store with one lock for everything never answers the second one before.
struct Patience {
    turns: usize,
}

impl Patience {
    async fn let_go_on<T>(&mut self, other: &JoinHandle<T>) {
        let_go_on_for(self.turns, other).await;
        let turns = if other.is_finished() { 4 * self.turns } else { self.turns / 4 };
        self.turns = turns.clamp(16, MOST_TURNS);
    }
}

/// One session, and what is known of the store's state.
struct Trial<'a> {
    context: &'a Context,
    setting: Setting,
    key: Key,
    /// The key of its rotations, with no record.
    new: Key,
    version: Version,
    token: LockToken,
    states: PossibleStates,
}

/// A call and its answer.
type Answered<'a> = (&'a Call, Answer);

impl<'a> Trial<'a> {
    async fn given(context: &'a Context, setting: Setting, name: &str) -> Checked<Self> {
        let (key, new) = (context.key(&format!("{name}a")), context.key(&format!("{name}b")));
        let record = match setting {
            Setting::Expired => context.record_for(1, "given"),
            _ => context.record("given"),
        };
        let (tag, token, clock) = (context.version(), context.token(), context.clock().clone());
        let version = version_of(&record.payload, tag.into(), &context.capabilities());
        let states = PossibleStates::of_an_empty_store(context.capabilities(), clock);
        let expires = record.expires;
        let create = Call::Create { key: key.clone(), record, version: tag };
        let mut trial = Self { context, setting, key, new, version, token, states };
        trial.make(&create).await?;
        if matches!(setting, Setting::Locked | Setting::Lapsed) {
            trial.make(&trial.acquisition(&trial.token)).await?;
        }
        match setting {
            Setting::Free | Setting::Locked => {}
            Setting::Lapsed => context.let_the_lease_lapse(),
            Setting::Expired => context.advance_to_second(expires),
        }
        Ok(trial)
    }

    async fn make(&mut self, call: &Call) -> Checked {
        let answer = answer_to(call.make(&**self.context.whole_store()).await)?;
        let answered = self.states.answered(call, answer, false);
        answered.map_err(|_| Finding::new(format!("the {} before the calls", call.operation())))
    }

    /// The calls that are held, with this data.
    fn firsts(&self, data: &str) -> Vec<Call> {
        let (key, is_locked) = (&self.key, self.is_locked());
        let mut calls = vec![Call::Load { key: key.clone() }];
        calls.push(self.acquisition(&self.context.token()));
        calls.extend(self.writes(&Expect::PRESENT, LockDisposition::Keep, data));
        if is_locked {
            let (token, lease) = (self.token.clone(), 2 * LEASE);
            let expect = Expect::lock(token.clone());
            calls.extend(self.writes(&expect, LockDisposition::Keep, data));
            calls.extend(self.writes(&expect, LockDisposition::Release, data));
            calls.push(Call::Renew { key: key.clone(), token: token.clone(), lease });
            calls.push(Call::Release { key: key.clone(), token });
        } else {
            let expect = Expect::version(self.version.clone());
            calls.extend(self.writes(&expect, LockDisposition::Keep, data));
            calls.extend([key, &self.new].map(|key| self.creation(key, data)));
        }
        if self.setting == Setting::Expired {
            calls.push(Call::Collect);
        }
        let capabilities = self.context.capabilities();
        calls.retain(|call| call.is_declared(&capabilities));
        calls
    }

    /// The calls that run meanwhile.
    ///
    /// A load changes nothing. A call that expects a version does there what the same call without one
    /// does, and so does a call that releases the lock.
    fn seconds(&self, data: &str) -> Vec<Call> {
        let changes = |call: &Call| match call {
            Call::Load { .. } => false,
            Call::Update { change, expect, .. } => {
                expect.as_version().is_none() && change.lock == LockDisposition::Keep
            }
            Call::Touch { touch, expect, .. } => {
                expect.as_version().is_none() && touch.lock == LockDisposition::Keep
            }
            Call::Rotate { expect, .. } | Call::Delete { expect, .. } => {
                expect.as_version().is_none()
            }
            _ => true,
        };
        self.firsts(data).into_iter().filter(changes).collect()
    }

    const fn is_locked(&self) -> bool {
        matches!(self.setting, Setting::Locked | Setting::Lapsed)
    }

    fn creation(&self, key: &Key, data: &str) -> Call {
        let (record, version) = (self.context.record(data), self.context.version());
        Call::Create { key: key.clone(), record, version }
    }

    fn acquisition(&self, token: &LockToken) -> Call {
        Call::Acquire { key: self.key.clone(), token: token.clone(), lease: LEASE }
    }

    /// The writes that expect this. Some of them leave the lock like this.
    fn writes(&self, expect: &Expect, lock: LockDisposition, data: &str) -> Vec<Call> {
        let (context, key, expect) = (self.context, self.key.clone(), expect.clone());
        let mut change = context.change(data);
        change.lock = lock;
        let touch = Touch { expires: context.in_seconds(9_000), lock };
        let (new, rotation) = (self.new.clone(), context.rotation(data));
        let [updated, rotated] = [context.version(), context.version()];
        let update =
            Call::Update { key: key.clone(), change, expect: expect.clone(), version: updated };
        let touch = Call::Touch { key: key.clone(), touch, expect: expect.clone() };
        let mut writes = vec![update, touch];
        if lock == LockDisposition::Keep {
            let old = key.clone();
            writes.push(Call::Delete { key, expect: expect.clone() });
            writes.push(Call::Rotate { old, new, rotation, expect, version: rotated });
        }
        writes
    }

    /// Holds the first call at an await while the second one runs, and judges what is found.
    ///
    /// Returns whether the first call was done before.
    async fn hold(
        self,
        [first, second]: [&Call; 2],
        polls: usize,
        patience: &mut Patience,
    ) -> Checked<bool> {
        let store = self.context.unrepeated_store();
        let mut held = Box::pin(first.make(&**store));
        let done = poll_up_to(polls, held.as_mut()).await;
        let is_done = done.is_some();
        let other = tokio::spawn({
            let (store, second) = (Arc::clone(store), second.clone());
            async move { second.make(&*store).await }
        });
        patience.let_go_on(&other).await;
        let first_answer = match done {
            Some(done) => done,
            None => held.await,
        };
        let second_answer = other.await.map_err(|error| Finding::new(error.to_string()))?;
        let calls = [
            (first, self.repeated(first, first_answer).await?),
            (second, self.repeated(second, second_answer).await?),
        ];
        let found = self.found(&calls).await?;
        self.judge(&calls, &found, polls)?;
        Ok(is_done)
    }

    /// The answer to a call, which is made again if it met the other one and was not applied.
    async fn repeated(&self, call: &Call, answer: Result<Reply>) -> Checked<Answer> {
        match answer {
            Err(error) if is_contention(&error) => {
                answer_to(call.make(&**self.context.whole_store()).await)
            }
            answer => answer_to(answer),
        }
    }

    /// Makes calls that show the store's state, and deletes the records.
    async fn found(&self, calls: &[Answered<'_>; 2]) -> Checked<Vec<(Call, Answer)>> {
        let (key, new) = (&self.key, &self.new);
        let mut looks = vec![Call::Load { key: key.clone() }, Call::Load { key: new.clone() }];
        let mut tokens: Vec<_> = calls.iter().filter_map(|(call, _)| call.token()).collect();
        tokens.dedup();
        let lease = Duration::from_millis(1);
        looks.extend(tokens.into_iter().map(|token| Call::Renew {
            key: key.clone(),
            token: token.clone(),
            lease,
        }));
        for key in [key, new] {
            looks.push(Call::Acquire { key: key.clone(), token: self.context.token(), lease });
        }
        looks.extend(
            [key, new].map(|key| Call::Delete { key: key.clone(), expect: Expect::PRESENT }),
        );
        let capabilities = self.context.capabilities();
        let mut found = Vec::new();
        for look in looks.into_iter().filter(|look| look.is_declared(&capabilities)) {
            let answer = answer_to(look.make(&**self.context.whole_store()).await)?;
            found.push((look, answer));
        }
        Ok(found)
    }

    /// Checks that all answers are the model's for one of the two orders.
    fn judge(
        &self,
        [first, second]: &[Answered<'_>; 2],
        found: &[(Call, Answer)],
        polls: usize,
    ) -> Checked {
        let orders = [[first, second], [second, first]].map(|order| self.explain(order, found));
        let [Err(one), Err(other)] = orders else { return Ok(()) };
        let [first, second] = [first, second].map(|(call, _)| call.operation());
        Err(Finding::new(format!(
            "the {first} was held at its await {polls} while the {second} ran: no order of the two \
             explains the answers. In the one order, {one}; in the other, {other}"
        )))
    }

    fn explain(&self, order: [&Answered<'_>; 2], found: &[(Call, Answer)]) -> Result<(), String> {
        let mut states = self.states.clone();
        let made = order.into_iter().map(|(call, answer)| (*call, answer));
        let found = found.iter().map(|(call, answer)| (call, answer));
        for (call, answer) in made.chain(found) {
            states.answered(call, answer.clone(), false).map_err(|lawful| {
                format!("the {} answers {answer:?} instead of {lawful:?}", call.operation())
            })?;
        }
        Ok(())
    }
}

/// The version of a write of this payload with this tag.
fn version_of(payload: &Payload, tag: Version, capabilities: &Capabilities) -> Version {
    if capabilities.tells_versions_by_content() { Version::content(payload.clone()) } else { tag }
}

/// The answer to a call without faults, which never leaves its outcome open.
fn answer_to(result: Result<Reply>) -> Checked<Answer> {
    match result {
        Err(error) if error.outcome() == Outcome::Unknown => Err(error.into()),
        answer => Ok(answer.into()),
    }
}
