use super::{Delete, Update};
use crate::condition::{Condition, expires_by, live, named, not_live, unlocked};
use crate::item::Value;
use crate::layout::{Attribute, ValueType};
use crate::settings::Settings;
use session_core::store::{
    Change, Expect, Key, LockDisposition, OwnLifetime, Payload, Record, Tag, Touch,
};
use session_core::time::{EpochMillis, IdleTimeout, Timestamp};

/// Creates a record where there is no live one, and replaces all of an expired one.
pub(crate) fn create(key: &Key, record: &Record, tag: &Tag, now: EpochMillis) -> Update {
    let mut update = written(key, &record.payload, record.expires, tag);
    set_lifetime(&mut update, record.deadline, record.idle);
    update.remove.push(Attribute::Lock);
    update.condition = not_live(now);
    update
}

/// Sets deadline and idle timeout, and removes the one that is none.
fn set_lifetime(update: &mut Update, deadline: Option<Timestamp>, idle: Option<IdleTimeout>) {
    let (deadline, idle) = (deadline.map(Value::seconds), idle.map(Value::idle));
    for (attribute, value) in [(Attribute::Deadline, deadline), (Attribute::Idle, idle)] {
        match value {
            Some(value) => update.set.push((attribute, value)),
            None => update.remove.push(attribute),
        }
    }
}

/// The obstacle to an update that names no lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PhpLockHandling {
    /// Nothing, or a lapsed lock of this store, which is removed.
    Nothing,
    /// A lock of PHP, which is left in place where locking is off.
    PhpLock,
}

/// Replaces data and expiry of a live record, and its lifetime if that is given.
///
/// No expression removes an attribute depending on its type, hence the two requests of `php_lock`.
pub(crate) fn update(
    settings: &Settings,
    key: &Key,
    change: &Change,
    expect: &Expect,
    tag: &Tag,
    now: EpochMillis,
    php_lock: PhpLockHandling,
) -> Update {
    let mut update = written(key, &change.payload, change.expires, tag);
    if let Some(OwnLifetime { idle, deadline }) = change.lifetime {
        set_lifetime(&mut update, deadline, Some(idle));
    }
    let mut conditions = vec![live(now)];
    match (expect.as_lock(), php_lock) {
        (Some(_), _) if change.lock == LockDisposition::Keep => {}
        (Some(_), _) => update.remove.push(Attribute::Lock),
        (None, PhpLockHandling::Nothing) => {
            update.remove.push(Attribute::Lock);
            conditions.push(unlocked(now, settings.clock_skew));
        }
        (None, PhpLockHandling::PhpLock) => {
            conditions.push(Condition::IsType(Attribute::Lock, ValueType::N));
        }
    }
    conditions.extend(named(expect));
    update.condition = Condition::And(conditions);
    update
}

/// An update that writes data, expiry and version, on no condition yet.
pub(super) fn written(key: &Key, payload: &Payload, expires: Timestamp, tag: &Tag) -> Update {
    let mut update = Update {
        key: key.clone(),
        set: vec![
            (Attribute::Expires, Value::seconds(expires)),
            (Attribute::Version, Value::tag(tag)),
        ],
        remove: Vec::new(),
        condition: Condition::And(Vec::new()),
        returns_new: false,
        counted: false,
    };
    if payload.is_empty() {
        update.remove.push(Attribute::Data);
    } else {
        update.set.push((Attribute::Data, Value::payload(payload)));
    }
    update
}

/// The part of a touch that a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TouchStep {
    /// Moves the expiry, unless that were a step backwards, and releases if it is to.
    Move,
    /// Releases and leaves the expiry, which another has moved further.
    Release,
}

/// Moves the expiry of a live record forwards, or to where it is.
///
/// Where it is, too, because a holder that changed nothing releases by such a touch, and that is
/// one request.
pub(crate) fn touch(
    key: &Key,
    touch: &Touch,
    expect: &Expect,
    now: EpochMillis,
    step: TouchStep,
) -> Update {
    let mut conditions = vec![live(now)];
    conditions.extend(named(expect));
    let mut set = Vec::new();
    if step == TouchStep::Move {
        conditions.push(expires_by(touch.expires));
        set.push((Attribute::Expires, Value::seconds(touch.expires)));
    }
    let remove = match touch.lock {
        LockDisposition::Keep => Vec::new(),
        LockDisposition::Release => vec![Attribute::Lock],
    };
    let condition = Condition::And(conditions);
    Update { key: key.clone(), set, remove, condition, returns_new: false, counted: false }
}

/// Deletes nothing: it requires that there is no item.
pub(crate) fn delete_if_absent(key: &Key) -> Delete {
    Delete { key: key.clone(), condition: Condition::NotExists(Attribute::Key), counted: false }
}

/// Deletes a live record, whatever locks it unless that is named.
pub(crate) fn delete(key: &Key, expect: &Expect, now: EpochMillis) -> Delete {
    let conditions = [live(now)].into_iter().chain(named(expect)).collect();
    Delete { key: key.clone(), condition: Condition::And(conditions), counted: false }
}
