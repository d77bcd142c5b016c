use super::write::create;
use super::{Delete, Transaction};
use crate::condition::{Condition, live, named, unlocked};
use crate::layout::{Attribute, ValueType};
use crate::settings::Settings;
use data_encoding::BASE64URL_NOPAD;
use session_core::store::{Expect, Key, Rotation, Tag};
use session_core::time::EpochMillis;

/// Creates the record at the new key and deletes it at the old one, atomically.
pub(crate) fn rotate(
    settings: &Settings,
    old: &Key,
    new: &Key,
    rotation: &Rotation,
    expect: &Expect,
    tag: &Tag,
    now: EpochMillis,
) -> Transaction {
    let update = create(new, &rotation.record, tag, now);
    let mut conditions = vec![live(now)];
    if expect.as_lock().is_none() {
        conditions.push(passable(settings, now));
    }
    conditions.extend(named(expect));
    let delete = Delete { key: old.clone(), condition: Condition::And(conditions), counted: false };
    Transaction { update, delete, token: request_token(tag, now) }
}

/// No live lock, as far as locks are looked at.
fn passable(settings: &Settings, now: EpochMillis) -> Condition {
    let unlocked = unlocked(now, settings.clock_skew);
    if settings.locking {
        return unlocked;
    }
    Condition::Or(vec![unlocked, Condition::IsType(Attribute::Lock, ValueType::N)])
}

/// The token of a request, which is the same in its repetitions.
///
/// A later call with the same version has another `now`, hence other bytes. The server rejects
/// other bytes under the same token.
fn request_token(tag: &Tag, now: EpochMillis) -> String {
    let millis = now.as_epoch_millis() % 10_000_000_000_000;
    format!("{}-{millis:013}", BASE64URL_NOPAD.encode(tag.as_bytes()))
}
