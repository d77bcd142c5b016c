//! Conditions as a tree, rendered to expressions in one place.

#[cfg(test)]
mod evaluate;
mod render;

pub(crate) use render::{Placeholders, TYPICAL_LENGTH};

use crate::item::Value;
use crate::layout::{Attribute, Layout, ValueType};
use crate::lease::{held_mark, lapse_mark};
use session_core::store::{Expect, LockToken, Version};
use session_core::time::{EpochMillis, Timestamp};
use std::time::Duration;

/// A condition on an item, with which a request is sent.
#[derive(Clone)]
pub(crate) enum Condition {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Exists(Attribute),
    NotExists(Attribute),
    /// False for an attribute that is missing, or of another type than the value.
    Compare(Attribute, Comparison, Value),
    /// Whether the text of the attribute contains another. False for what is no text.
    Contains(Attribute, Value),
    IsType(Attribute, ValueType),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
}

impl Comparison {
    const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
        }
    }
}

/// There is a record, and it is live.
pub(crate) fn live(now: EpochMillis) -> Condition {
    let now = Value::seconds(now.timestamp());
    Condition::Compare(Attribute::Expires, Comparison::Greater, now)
}

/// There is no live record.
///
/// The negation, and never `<=`, which is false for an expiry that is missing or no number.
pub(crate) fn not_live(now: EpochMillis) -> Condition {
    let nothing = Condition::NotExists(Attribute::Key);
    Condition::Or(vec![nothing, Condition::Not(Box::new(live(now)))])
}

/// The record has an expiry, and it is over.
pub(crate) fn expired(now: EpochMillis) -> Condition {
    let now = Value::seconds(now.timestamp());
    Condition::Compare(Attribute::Expires, Comparison::LessOrEqual, now)
}

/// Requires session types of all set attributes except key, expiry and lock.
pub(crate) fn of_session_types(layout: &Layout) -> impl Iterator<Item = Condition> {
    let others = [Attribute::Data, Attribute::Version, Attribute::Deadline, Attribute::Idle];
    others.into_iter().filter(|attribute| layout.has(*attribute)).map(|attribute| {
        let types = attribute.types().iter().map(|known| Condition::IsType(attribute, *known));
        Condition::Or([Condition::NotExists(attribute)].into_iter().chain(types).collect())
    })
}

/// The item is there, and has neither expiry, data, version nor lifetime.
pub(crate) fn orphaned(layout: &Layout) -> Condition {
    let others = [
        Attribute::Expires,
        Attribute::Data,
        Attribute::Version,
        Attribute::Deadline,
        Attribute::Idle,
    ];
    let absent = others.into_iter().filter(|attribute| layout.has(*attribute));
    let absent = absent.map(Condition::NotExists);
    Condition::And([Condition::Exists(Attribute::Key)].into_iter().chain(absent).collect())
}

/// The expiry is not after `time`, so that moving it there is no step backwards.
pub(crate) fn expires_by(time: Timestamp) -> Condition {
    Condition::Compare(Attribute::Expires, Comparison::LessOrEqual, Value::seconds(time))
}

/// The expiry is not before `time`.
///
/// By the second before, because a fraction that other programs wrote counts as the second after it.
pub(crate) fn expires_from(time: Timestamp) -> Condition {
    let before = time.as_epoch_seconds().saturating_sub(1);
    let before = Value::seconds(Timestamp::saturating_from_epoch_seconds(before));
    Condition::Compare(Attribute::Expires, Comparison::Greater, before)
}

/// `token` holds the lock, whether or not its lease is over.
pub(crate) fn held(token: &LockToken) -> Condition {
    Condition::Contains(Attribute::Lock, Value::text(held_mark(token)))
}

/// There is no lock, or a lapsed one of this store.
///
/// Never as the negation of "live": a lock of PHP's is a number, compares with no text, and would
/// count as lapsed.
pub(crate) fn unlocked(now: EpochMillis, clock_skew: Duration) -> Condition {
    Condition::Or(vec![Condition::NotExists(Attribute::Lock), lapsed(now, clock_skew)])
}

/// There is a lock of this store, and it has lapsed.
pub(crate) fn lapsed(now: EpochMillis, clock_skew: Duration) -> Condition {
    let mark = Value::text(lapse_mark(now, clock_skew));
    Condition::Compare(Attribute::Lock, Comparison::Less, mark)
}

/// Requires that the attribute is as it was seen.
///
/// A value of another type is only known to exist.
pub(crate) fn as_seen(attribute: Attribute, seen: Option<&Value>) -> Condition {
    match seen {
        None => Condition::NotExists(attribute),
        Some(Value::Other) => Condition::Exists(attribute),
        Some(value) => Condition::Compare(attribute, Comparison::Equal, value.clone()),
    }
}

/// The lock is no later than `lock`, so a write shortens no lease of its token.
pub(crate) fn lock_by(lock: &str) -> Condition {
    Condition::Compare(Attribute::Lock, Comparison::LessOrEqual, Value::text(lock))
}

/// The conditions of an expectation: the token first, then the version.
pub(crate) fn named(expect: &Expect) -> impl Iterator<Item = Condition> {
    let lock = expect.as_lock().map(held);
    lock.into_iter().chain(expect.as_version().map(of_version))
}

/// The record is of this version.
pub(crate) fn of_version(version: &Version) -> Condition {
    match (version.as_tag(), version.as_content()) {
        (Some(tag), _) => {
            Condition::Compare(Attribute::Version, Comparison::Equal, Value::tag(tag))
        }
        (None, Some(content)) if !content.is_empty() => {
            Condition::Compare(Attribute::Data, Comparison::Equal, Value::payload(content))
        }
        (None, Some(_)) => no_data(),
        (None, None) => Condition::NotExists(Attribute::Version),
    }
}

/// There is no data: the attribute is absent or empty.
///
/// This store and PHP's handlers write no attribute for no data.
fn no_data() -> Condition {
    let empty = [Value::text(""), Value::B([].into())];
    let empty = empty.map(|value| Condition::Compare(Attribute::Data, Comparison::Equal, value));
    let missing = Condition::NotExists(Attribute::Data);
    Condition::Or([missing].into_iter().chain(empty).collect())
}
