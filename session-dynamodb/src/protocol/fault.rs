//! Faults, planted one at a time: each is a slip in a condition, in the judgement, or in waiting.

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
    /// Locks whatever the lock that stands.
    TakesOverWithoutLapse,
    /// Takes a lock for lapsed when its lease is over by one's own clock.
    IgnoresSkew,
    /// Takes a lock for lapsed a millisecond late.
    LapsesAMillisecondLate,
    /// Takes a lock for lapsed also where it equals the mark.
    LapsesAtEquality,
    /// Takes over anything but a live lock of this store, instead of lapsed locks alone.
    TakesOverByNegation,
    /// Gives the lock a lease without an end.
    LeasesForEver,
    /// Locks anew what the token holds, though that end were an earlier one.
    ShortensByAcquiring,
    ShortensByRenewing,
    RenewsWithoutHolding,
    WritesWithoutHolding,
    ReleasesWithoutHolding,
    /// A touch of the holder that asks for no holder.
    LeavesWithoutHolding,
    /// Lets the holder write by its token alone, whatever the version that it read.
    NamesNoVersion,
    /// Judges a rejected write without looking whose the record is.
    ForgetsItsOwnWrite,
    /// Judges a rejected write as if whatever stands on the record were its own.
    TakesAnyWriteForItsOwn,
    /// Takes a rejection for certain that follows an attempt which nothing was heard of.
    ForgetsItsDoubt,
    /// Removes the lock that stands in place of the lapsed one that was seen.
    RemovesWhateverLock,
    /// Waits on when the lock is still taken at the deadline.
    WaitsWithoutDeadline,
}

impl Fault {
    /// Mutates the request for a message, if it is one that has this fault.
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
            (Self::LeasesForEver, Call::Acquire { .. }) => {
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

    /// The condition of an acquisition with this fault, if it is one of that.
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

/// The condition without what asks for the token: any lock will do.
fn without_holding(condition: &Condition) -> Condition {
    match condition {
        Condition::And(parts) => Condition::And(parts.iter().map(without_holding).collect()),
        Condition::Contains(attribute, _) => Condition::Exists(*attribute),
        other => other.clone(),
    }
}
