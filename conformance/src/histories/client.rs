//! A client makes a call of each of its actions from what it has learned so far.

use super::act::{Act, Answer};
use super::program::{Action, Expecting};
use super::tags::{self, NOBODY, Tags};
use super::target::Target;
use crate::call::{Call, Reply};
use session_core::store::{
    Acquired, Capabilities, Change, Expect, LockDisposition, LockToken, OwnLifetime, Payload,
    PayloadKind, Record, Rotation, Touch, Version,
};
use session_core::time::{Clock, IdleTimeout, ManualClock, Timestamp};
use std::time::Duration;

/// The knowledge of a client about each key.
#[derive(Clone, Debug)]
pub(super) struct Client {
    capabilities: Capabilities,
    clock: ManualClock,
    tags: Tags,
    seen: Vec<Version>,
    tokens: Vec<LockToken>,
}

impl Client {
    /// Longer than any program takes, in seconds.
    const UNTIL_DEADLINE: u64 = 86_400;

    /// A client that has seen these versions, key by key, and holds no lock.
    pub(super) fn new(target: &Target, seen: Vec<Version>) -> Self {
        let tokens = vec![tags::token(NOBODY); seen.len()];
        let (capabilities, clock) = (target.capabilities(), target.clock.clone());
        Self { capabilities, clock, tags: target.tags, seen, tokens }
    }

    /// The call for an action now; `number` is its tag, or its token.
    pub(super) fn act(&self, action: &Action, number: usize) -> Act {
        let version = self.tags.version(number);
        Act::Call(match *action {
            Action::Load { key } => Call::Load { key: tags::key(key) },
            Action::Create { key, life } => {
                Call::Create { key: tags::key(key), record: self.record(life, number), version }
            }
            Action::Update { key, life, expecting, after } => {
                let change = self.change(life, number, after);
                let expect = self.expect(key, expecting);
                Call::Update { key: tags::key(key), change, expect, version }
            }
            Action::Touch { key, life, expecting, after } => {
                let touch = Touch { expires: self.in_seconds(life), lock: after };
                Call::Touch { key: tags::key(key), touch, expect: self.expect(key, expecting) }
            }
            Action::Rotate { old, new, life, expecting } => {
                let rotation = Rotation { record: self.record(life, number) };
                let expect = self.expect(old, expecting);
                let (old, new) = (tags::key(old), tags::key(new));
                Call::Rotate { old, new, rotation, expect, version }
            }
            Action::Delete { key, expecting } => {
                Call::Delete { key: tags::key(key), expect: self.expect(key, expecting) }
            }
            Action::Acquire { key, lease } => {
                Call::Acquire { key: tags::key(key), token: tags::token(number), lease }
            }
            Action::Renew { key, lease } => {
                Call::Renew { key: tags::key(key), token: self.tokens[key].clone(), lease }
            }
            Action::Release { key } => {
                Call::Release { key: tags::key(key), token: self.tokens[key].clone() }
            }
            Action::Collect => Call::Collect,
            Action::Advance { by } => return Act::Advance { by },
        })
    }

    /// Takes note of what came of an action; nothing came of one that was dropped.
    pub(super) fn learn(&mut self, action: &Action, number: usize, answer: Option<&Answer>) {
        let is_done = matches!(answer, Some(Answer::Replied(Reply::Done)));
        match (action, answer) {
            (Action::Load { key }, Some(Answer::Replied(Reply::Loaded(Some(snapshot))))) => {
                self.seen[*key] = snapshot.version.clone();
            }
            (Action::Create { key, .. } | Action::Update { key, .. }, _) if is_done => {
                self.seen[*key] = self.tags.version(number).into();
            }
            (Action::Rotate { old, new, .. }, _) if is_done => {
                self.seen[*new] = self.tags.version(number).into();
                // The lock ended, so a write that names it is rejected.
                self.tokens[*new] = self.tokens[*old].clone();
            }
            (
                Action::Acquire { key, .. },
                Some(Answer::Replied(Reply::Acquired(Acquired::Locked(snapshot)))),
            ) => {
                self.seen[*key] = snapshot.version.clone();
                self.tokens[*key] = tags::token(number);
            }
            // It may hold the lock, so it makes use of it.
            (Action::Acquire { key, .. }, None | Some(Answer::Unknown(_))) => {
                self.tokens[*key] = tags::token(number);
            }
            _ => {}
        }
    }

    /// A record with the data of write `number`.
    pub(super) fn record(&self, life: u64, number: usize) -> Record {
        Record {
            payload: self.payload(number),
            expires: self.in_seconds(life),
            deadline: self.lifetime().and_then(|lifetime| lifetime.deadline),
            idle: None,
        }
    }

    /// Each second update sets a lifetime.
    fn change(&self, life: u64, number: usize, lock: LockDisposition) -> Change {
        let lifetime = self.lifetime().filter(|_| number.is_multiple_of(2));
        Change { payload: self.payload(number), expires: self.in_seconds(life), lifetime, lock }
    }

    fn lifetime(&self) -> Option<OwnLifetime> {
        self.capabilities.keeps_lifetimes().then(|| OwnLifetime {
            idle: IdleTimeout::from_seconds(Self::UNTIL_DEADLINE),
            deadline: Some(self.in_seconds(Self::UNTIL_DEADLINE)),
        })
    }

    fn payload(&self, number: usize) -> Payload {
        let keeps_text = self.capabilities.keeps(PayloadKind::Text);
        tags::payload(if keeps_text { PayloadKind::Text } else { PayloadKind::Binary }, number)
    }

    fn expect(&self, key: usize, expecting: Expecting) -> Expect {
        let (version, token) = (self.seen[key].clone(), self.tokens[key].clone());
        match expecting {
            Expecting::Presence => Expect::PRESENT,
            Expecting::Seen => Expect::version(version),
            Expecting::Held => Expect::lock(token),
            Expecting::SeenAndHeld => Expect::lock(token).and_version(version),
        }
    }

    fn in_seconds(&self, seconds: u64) -> Timestamp {
        self.clock.now().timestamp().saturating_add(Duration::from_secs(seconds))
    }
}
