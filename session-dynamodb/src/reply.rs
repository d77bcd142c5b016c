//! What a refused condition means, decided from the item as it stood (R11, R15).

#[cfg(test)]
mod tests;

use crate::item::{Item, Unreadable};
use crate::lease::lapse_mark;
use crate::request::{PhpLockHandling, TouchStep};
use crate::settings::Settings;
use session_core::ErrorKind;
use session_core::store::{Acquired, Expect, LockDisposition, LockToken, Touch, Version};
use session_core::time::EpochMillis;

/// What follows from a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict<S = ()> {
    /// There is nothing left to do: it is done already, or nothing was to be done.
    Done,
    Refused(ErrorKind),
    /// Another request does it.
    Again(S),
}

/// What refused a creation.
pub(crate) fn create(old: &Item, version: &Version, now: EpochMillis) -> Verdict {
    match old.is_live(now) {
        true if old.is_written_by(version) => Verdict::Done,
        true => Verdict::Refused(ErrorKind::AlreadyExists),
        false => Verdict::Again(()),
    }
}

/// What refused an update.
pub(crate) fn update(
    settings: &Settings,
    old: &Item,
    expect: &Expect,
    version: &Version,
    now: EpochMillis,
) -> Verdict<PhpLockHandling> {
    if !old.is_live(now) {
        return Verdict::Refused(ErrorKind::Gone);
    }
    if old.is_written_by(version) {
        return Verdict::Done;
    }
    match obstacle(settings, old, expect, now) {
        Some(kind) => Verdict::Refused(kind),
        None if old.has_php_lock() => Verdict::Again(PhpLockHandling::PhpLock),
        None => Verdict::Again(PhpLockHandling::Nothing),
    }
}

/// What refused a touch.
pub(crate) fn touch(
    settings: &Settings,
    old: &Item,
    touch: &Touch,
    expect: &Expect,
    now: EpochMillis,
) -> Verdict<TouchStep> {
    if !old.is_live(now) {
        return Verdict::Refused(ErrorKind::Gone);
    }
    if is_repeated(old, touch) {
        let is_another = is_another_version(settings, old, expect);
        return if is_another { Verdict::Refused(ErrorKind::Conflict) } else { Verdict::Done };
    }
    if let Some(kind) = unmet(settings, old, expect) {
        return Verdict::Refused(kind);
    }
    match old.expires() {
        Some(expires) if expires <= touch.expires => Verdict::Again(TouchStep::Move),
        _ if touch.lock == LockDisposition::Keep => Verdict::Done,
        _ => Verdict::Again(TouchStep::Release),
    }
}

/// Whether the touch released its lock before. It is recognized by what it leaves: no lock, and
/// the expiry that it asked for.
fn is_repeated(old: &Item, touch: &Touch) -> bool {
    touch.lock == LockDisposition::Release
        && !old.has_lock()
        && old.expires() == Some(touch.expires)
}

/// The items that stood in the way of a transaction.
#[derive(Default)]
pub(crate) struct Obstacles {
    /// Where the update at the new key was refused.
    pub(crate) new: Option<Item>,
    /// Where the deletion at the old key was refused.
    pub(crate) old: Option<Item>,
}

/// What refused a rotation.
pub(crate) fn rotate(
    settings: &Settings,
    obstacles: &Obstacles,
    expect: &Expect,
    version: &Version,
    now: EpochMillis,
) -> Verdict {
    let standing = obstacles.new.as_ref().filter(|item| item.is_live(now));
    if standing.is_some_and(|item| item.is_written_by(version)) {
        return Verdict::Done;
    }
    let old = obstacles.old.as_ref();
    if old.is_some_and(|old| !old.is_live(now)) {
        return Verdict::Refused(ErrorKind::Gone);
    }
    match old.and_then(|old| obstacle(settings, old, expect, now)) {
        Some(kind) => Verdict::Refused(kind),
        None if standing.is_some() => Verdict::Refused(ErrorKind::AlreadyExists),
        None => Verdict::Again(()),
    }
}

/// What refused a deletion. Nothing is left to do where there is no live record.
pub(crate) fn delete(
    settings: &Settings,
    old: &Item,
    expect: &Expect,
    now: EpochMillis,
) -> Verdict {
    if !old.is_live(now) {
        return Verdict::Done;
    }
    unmet(settings, old, expect).map_or(Verdict::Again(()), Verdict::Refused)
}

/// What an attempt to lock found that locked nothing, or nothing new.
pub(crate) fn acquire(
    settings: &Settings,
    old: &Item,
    token: &LockToken,
    now: EpochMillis,
) -> Result<Acquired, Unreadable> {
    if !old.is_live(now) {
        return Ok(Acquired::Absent);
    }
    if old.is_held_by(token) {
        return Ok(Acquired::Locked(old.snapshot(&settings.layout)?));
    }
    let remaining = old.locked_for(now, settings.clock_skew);
    Ok(Acquired::Busy { remaining })
}

/// What refused a renewal. A lock that is held was leased for longer already.
pub(crate) fn renew(old: &Item, token: &LockToken, now: EpochMillis) -> Verdict {
    if !old.is_live(now) {
        return Verdict::Refused(ErrorKind::Gone);
    }
    if old.is_held_by(token) {
        return Verdict::Done;
    }
    Verdict::Refused(ErrorKind::LockLost)
}

/// What stops an update or a rotation: a live lock that is not named, or what is named.
fn obstacle(
    settings: &Settings,
    old: &Item,
    expect: &Expect,
    now: EpochMillis,
) -> Option<ErrorKind> {
    let is_ignored = !settings.locking && old.has_php_lock();
    let mark = lapse_mark(now, settings.clock_skew);
    if expect.as_lock().is_none() && !is_ignored && old.is_locked(&mark) {
        let remaining = old.locked_for(now, settings.clock_skew);
        return Some(ErrorKind::Locked { remaining });
    }
    unmet(settings, old, expect)
}

/// What is named and does not hold: the token first, then the version.
fn unmet(settings: &Settings, old: &Item, expect: &Expect) -> Option<ErrorKind> {
    match expect.as_lock() {
        Some(token) if !old.is_held_by(token) => Some(ErrorKind::LockLost),
        _ => is_another_version(settings, old, expect).then_some(ErrorKind::Conflict),
    }
}

/// Whether a version is named that is not the record's.
fn is_another_version(settings: &Settings, old: &Item, expect: &Expect) -> bool {
    let kind = settings.layout.kind;
    expect.as_version().is_some_and(|version| !old.is_of_version(version, kind))
}
