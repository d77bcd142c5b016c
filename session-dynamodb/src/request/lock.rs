use super::Update;
use crate::condition::{Comparison, Condition, as_seen, held, live, lock_by, unlocked};
use crate::item::{Item, Value};
use crate::layout::{Attribute, ValueType};
use crate::lease::lock_text;
use crate::settings::Settings;
use session_core::store::{Key, LockToken};
use session_core::time::EpochMillis;
use std::time::Duration;

/// Locks a live record that nobody else holds, and returns it.
///
/// A lock that the token holds already gets a new end, unless that were an earlier one.
pub(crate) fn acquire(
    settings: &Settings,
    key: &Key,
    token: &LockToken,
    lease: Duration,
    now: EpochMillis,
) -> Update {
    let lock = lock_text(now.saturating_add(lease), token);
    let mine = Condition::And(vec![held(token), lock_by(&lock)]);
    let free = Condition::Or(vec![unlocked(now, settings.clock_skew), mine]);
    Update {
        key: key.clone(),
        condition: Condition::And(vec![live(now), free]),
        set: vec![(Attribute::Lock, Value::text(lock))],
        remove: Vec::new(),
        returns_new: true,
        counted: false,
    }
}

/// Locks a live record over a lock of PHP that stands as it did in `seen`, and returns it.
pub(crate) fn take_over(
    key: &Key,
    token: &LockToken,
    lease: Duration,
    seen: &Item,
    now: EpochMillis,
) -> Update {
    let unchanged = [Attribute::Lock, Attribute::Expires].into_iter().filter_map(|attribute| {
        Some(Condition::Compare(attribute, Comparison::Equal, seen.get(attribute)?.clone()))
    });
    let conditions = [live(now), Condition::IsType(Attribute::Lock, ValueType::N)].into_iter();
    let lock = lock_text(now.saturating_add(lease), token);
    Update {
        key: key.clone(),
        condition: Condition::And(conditions.chain(unchanged).collect()),
        set: vec![(Attribute::Lock, Value::text(lock))],
        remove: Vec::new(),
        returns_new: true,
        counted: false,
    }
}

/// Gives the lock that the token holds a new end, unless that were an earlier one.
pub(crate) fn renew(key: &Key, token: &LockToken, lease: Duration, now: EpochMillis) -> Update {
    let lock = lock_text(now.saturating_add(lease), token);
    Update {
        key: key.clone(),
        condition: Condition::And(vec![live(now), held(token), lock_by(&lock)]),
        set: vec![(Attribute::Lock, Value::text(lock))],
        remove: Vec::new(),
        returns_new: false,
        counted: false,
    }
}

/// Removes the lock that the token holds, also from a dead record, which it would keep from being
/// collected.
pub(crate) fn release(key: &Key, token: &LockToken) -> Update {
    Update {
        key: key.clone(),
        condition: held(token),
        set: Vec::new(),
        remove: vec![Attribute::Lock],
        returns_new: false,
        counted: false,
    }
}

/// Removes a lock that stands as it was seen.
pub(crate) fn remove_lock(key: &Key, seen: &Value) -> Update {
    Update {
        key: key.clone(),
        condition: as_seen(Attribute::Lock, Some(seen)),
        set: Vec::new(),
        remove: vec![Attribute::Lock],
        returns_new: false,
        counted: true,
    }
}
