use super::Update;
use crate::condition::{Condition, as_seen, expires_from, held, live, lock_by, unlocked};
use crate::item::{Item, Value};
use crate::layout::{Attribute, Layout};
use crate::lease::lock_text;
use crate::settings::Settings;
use session_core::decision::{Context, Patch, expiry_under_lease};
use session_core::store::{Key, LockToken};
use session_core::time::{EpochMillis, Timestamp};
use std::time::Duration;

/// Locks a live record that no other token holds, and returns it.
///
/// The record must not expire under the lease.
///
/// A lock that the token holds already gets a new end, unless that were an earlier one.
pub(crate) fn acquire(
    settings: &Settings,
    key: &Key,
    token: &LockToken,
    lease: Duration,
    context: &Context,
) -> Update {
    let mark = lock_text(context.now.saturating_add(lease), token);
    let mine = Condition::And(vec![held(token), lock_by(&mark)]);
    let free = Condition::Or(vec![unlocked(context.now, settings.clock_skew), mine]);
    leasing(key, vec![(Attribute::Lock, Value::text(mark))], vec![outlives(lease, context), free])
}

/// Moves the end of the lock that the token holds to a later time.
///
/// The record must not expire under the lease.
pub(crate) fn renew(key: &Key, token: &LockToken, lease: Duration, context: &Context) -> Update {
    let mark = lock_text(context.now.saturating_add(lease), token);
    let conditions = vec![outlives(lease, context), held(token), lock_by(&mark)];
    leasing(key, vec![(Attribute::Lock, Value::text(mark))], conditions)
}

/// Gives a live record the lock and the expiry of a decision.
///
/// The condition is that its lock, its expiry and its deadline are as they were seen.
///
/// No expression sets the later one of two values, hence this second request where the record would
/// expire under the lease. It also takes over a lock of PHP, which shows no end.
pub(crate) fn lease_as_seen(
    layout: &Layout,
    key: &Key,
    leased: Leased,
    seen: &Item,
    now: EpochMillis,
) -> Update {
    let compared = [Attribute::Lock, Attribute::Expires, Attribute::Deadline].into_iter();
    let compared = compared.filter(|attribute| layout.has(*attribute));
    let compared = compared.map(|attribute| as_seen(attribute, seen.get(attribute)));
    let conditions = [live(now)].into_iter().chain(compared).collect();
    let Leased { lock, expires } = leased;
    let lock = lock.map(|lock| (Attribute::Lock, Value::text(lock)));
    let expires = expires.map(|expires| (Attribute::Expires, Value::seconds(expires)));
    leasing(key, lock.into_iter().chain(expires).collect(), conditions)
}

/// The lock and the expiry that a decision gives to an item, where they change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leased {
    lock: Option<String>,
    expires: Option<Timestamp>,
}

impl Leased {
    pub(crate) fn of(patch: &Patch<'_>) -> Self {
        let lock = patch.lock.set().flatten();
        let lock = lock.map(|lease| lock_text(lease.end, lease.token));
        Self { lock, expires: patch.expires.set() }
    }
}

/// The record is live, and outlives the lease and clock skew of a new lock (L14).
fn outlives(lease: Duration, context: &Context) -> Condition {
    let end = context.now.saturating_add(lease);
    expires_from(expiry_under_lease(end, context))
}

/// Sets what a lease changes, and returns the record.
fn leasing(key: &Key, set: Vec<(Attribute, Value)>, conditions: Vec<Condition>) -> Update {
    let condition = Condition::And(conditions);
    let (key, remove) = (key.clone(), Vec::new());
    Update { key, condition, set, remove, returns_new: true, counted: false }
}

/// Removes the lock that the token holds.
///
/// It removes that of an expired record, too, which could otherwise not be collected.
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
