//! Planted faults in a condition, in the interpretation of a reply, or in waiting.

use super::message::{Call, Message};
use super::{LEASE, SKEW, TICK};
use crate::condition::{Comparison, Condition, held, live, lock_by, unlocked};
use crate::item::Value;
use crate::layout::Attribute;
use crate::lease::{lapse_mark, lock_text};
use crate::request::Update;
use session_core::time::EpochMillis;
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Locks even if the record has a live lock.
    TakesOverWithoutLapse,
    /// Treats a lock as lapsed when its lease is over by the client's own clock.
    IgnoresSkew,
    /// Treats a lock as lapsed a millisecond late.
    LapsesAMillisecondLate,
    /// Treats a lock as lapsed also if it equals the mark.
    LapsesAtEquality,
    /// Takes over all except a live lock of this store, instead of only lapsed locks.
    TakesOverByNegation,
    /// Gives the lock a lease that never ends.
    LeasesForever,
    /// Locks a record again for the same token, even with an earlier end.
    ShortensByAcquiring,
    ShortensByRenewing,
    RenewsWithoutHolding,
    WritesWithoutHolding,
    ReleasesWithoutHolding,
    /// Lets a holder touch without checking that it holds the lock.
    LeavesWithoutHolding,
    /// Lets the holder write by its token alone, without the version that it read.
    NamesNoVersion,
    /// Interprets a rejected write without checking whether the record is its own.
    ForgetsItsOwnWrite,
    /// Interprets a rejection of a write as if every record were its own.
    TakesAnyWriteForItsOwn,
    /// Treats a rejection as certain although an earlier attempt got no reply.
    ForgetsItsAmbiguity,
    /// Removes the current lock instead of the lapsed one that the reader saw.
    RemovesWhateverLock,
    /// Goes on waiting if the lock is still held at the deadline.
    WaitsWithoutDeadline,
}

impl Fault {
    /// Changes the request for a message, if this fault concerns the message.
    pub(super) fn mutate(self, request: &mut Update, message: Message, now: EpochMillis) {
        match (self, message.call) {
            (Self::RenewsWithoutHolding, Call::Renew { .. })
            | (Self::WritesWithoutHolding, Call::Update { .. })
            | (Self::LeavesWithoutHolding, Call::Touch { .. })
            | (Self::ReleasesWithoutHolding, Call::Release) => {
                request.condition = without_holding(&request.condition);
            }
            (Self::ShortensByRenewing, Call::Renew { .. }) => {
                request.condition = Condition::And(vec![live(now), held(&message.attempt.token())]);
            }
            (Self::LeasesForever, Call::Acquire { .. }) => {
                let end = EpochMillis::MAX;
                request.set = vec![(Attribute::Lock, Value::text(lock(end, message)))];
            }
            (_, Call::Acquire { .. }) => {
                if let Some(condition) = self.of_acquisition(message, now) {
                    request.condition = condition;
                }
            }
            _ => {}
        }
    }

    /// The condition of an acquisition with this fault, if the fault changes it.
    fn of_acquisition(self, message: Message, now: EpochMillis) -> Option<Condition> {
        let skew = TICK * u32::from(SKEW);
        let mark = Value::text(lapse_mark(now, skew));
        let compare = |sign| Condition::Compare(Attribute::Lock, sign, mark.clone());
        let held = held(&message.attempt.token());
        let mine = Condition::And(vec![held.clone(), lock_by(&lock(lease_end(now), message))]);
        let (free, mine) = match self {
            Self::TakesOverWithoutLapse => (Condition::And(Vec::new()), mine),
            Self::IgnoresSkew => (unlocked(now, Duration::ZERO), mine),
            Self::LapsesAMillisecondLate => (unlocked(now, skew + Duration::from_millis(1)), mine),
            Self::LapsesAtEquality => {
                let none = Condition::NotExists(Attribute::Lock);
                (Condition::Or(vec![none, compare(Comparison::LessOrEqual)]), mine)
            }
            Self::TakesOverByNegation => {
                let live = [Comparison::Greater, Comparison::Equal].map(compare);
                (Condition::Not(Box::new(Condition::Or(live.into()))), mine)
            }
            Self::ShortensByAcquiring => (unlocked(now, skew), held),
            _ => return None,
        };
        Some(Condition::And(vec![live(now), Condition::Or(vec![free, mine])]))
    }
}

fn lease_end(now: EpochMillis) -> EpochMillis {
    now.saturating_add(TICK * u32::from(LEASE))
}

/// The lock in the name of a message.
fn lock(end: EpochMillis, message: Message) -> String {
    lock_text(end, &message.attempt.token())
}

/// The condition without the part that requires the token, for any lock.
fn without_holding(condition: &Condition) -> Condition {
    match condition {
        Condition::And(parts) => Condition::And(parts.iter().map(without_holding).collect()),
        Condition::Contains(attribute, _) => Condition::Exists(*attribute),
        other => other.clone(),
    }
}
