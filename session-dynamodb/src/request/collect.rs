use super::{Delete, Scan};
use crate::condition::{Condition, as_seen, expired, unlocked};
use crate::item::Item;
use crate::layout::Attribute;
use crate::settings::Settings;
use session_core::{EpochMillis, Key};

/// Which part of the table to look at, from where on, and how far.
pub(crate) struct Page {
    pub(crate) segment: usize,
    pub(crate) segments: usize,
    pub(crate) limit: usize,
    pub(crate) from: Option<Key>,
}

/// Looks for what has expired, and for what has no expiry and may be an orphan.
pub(crate) fn scan(page: Page, now: EpochMillis) -> Scan {
    let Page { segment, segments, limit, from } = page;
    let filter = Condition::Or(vec![expired(now), Condition::NotExists(Attribute::Expires)]);
    let projection = vec![Attribute::Key, Attribute::Expires, Attribute::Lock];
    Scan { filter: Some(filter), projection, consistent: false, segment, segments, limit, from }
}

/// Deletes what a scan found, if it is still expired or an orphan, and no lock spares it (G1, G2).
/// A lock of PHP's has no end: what it was found on has been given up, if it is there still.
pub(crate) fn collect(settings: &Settings, key: &Key, found: &Item, now: EpochMillis) -> Delete {
    let mut conditions = if found.get(Attribute::Expires).is_some() {
        vec![expired(now)]
    } else {
        vec![
            Condition::Exists(Attribute::Key),
            Condition::NotExists(Attribute::Expires),
            Condition::NotExists(Attribute::Data),
        ]
    };
    conditions.push(match found.get(Attribute::Lock) {
        lock @ Some(_) if found.has_php_lock() => as_seen(Attribute::Lock, lock),
        _ => unlocked(now, settings.clock_skew),
    });
    Delete { key: key.clone(), condition: Condition::And(conditions), counted: true }
}
