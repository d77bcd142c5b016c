//! Conditions and their refusals say the same of every item: what refuses is explained, and what
//! is explained refuses.

use super::{Obstacles, Verdict, acquire, create, delete, renew, rotate, touch, update};
use crate::item::{Item, Value};
use crate::layout::Attribute;
use crate::lease::{lapse_mark, lock_text};
use crate::request::{self, PhpLockHandling, TouchStep};
use crate::settings::Settings;
use session_core::ErrorKind;
use session_core::store::{
    Acquired, Change, Expect, Key, LockDisposition, LockToken, Payload, Record, Rotation, Touch,
    Version,
};
use session_core::time::{EpochMillis, Timestamp};
use std::time::Duration;

const NOW: EpochMillis = EpochMillis::from_epoch_millis(1_700_000_000_500);
const LEASE: Duration = Duration::from_secs(30);
const OURS: [u8; 16] = [1; 16];
const SEEN: [u8; 16] = [2; 16];

fn key() -> Key {
    Key::new("key").expect("it is not empty")
}

fn mine() -> LockToken {
    LockToken::decode("AAAAAAAAAAAAAAAAAAAAAA").expect("it is one")
}

fn seconds(past_now: i64) -> u64 {
    NOW.timestamp().as_epoch_seconds().checked_add_signed(past_now).expect("it is after 1970")
}

/// Locks of all kinds, whose leases end on both sides of every boundary.
fn locks() -> Vec<Option<Value>> {
    let theirs = LockToken::decode("BBBBBBBBBBBBBBBBBBBBBA").expect("it is one");
    let mut locks = vec![None, Some(Value::N("1".into())), Some(Value::text("junk"))];
    for token in [mine(), theirs] {
        for end in [-1_001_i64, -1_000, -999, 0, 1, 30_000, 30_001] {
            let end = NOW.as_epoch_millis().checked_add_signed(end).expect("it is after 1970");
            let text = lock_text(EpochMillis::from_epoch_millis(end), &token);
            locks.push(Some(Value::text(text)));
        }
    }
    locks
}

/// Every combination of expiry, lock and version, and no item at all.
fn items() -> Vec<Item> {
    let expiries = [-1, 0, 1, 3_600].map(|past| Some(Value::N(seconds(past).to_string())));
    let unreadable = [None, Some(Value::text("9999999999"))];
    let versions = [None, Some(Value::tag(&OURS)), Some(Value::tag(&SEEN))];
    let mut items = vec![Item::default()];
    for expires in expiries.iter().chain(&unreadable) {
        for lock in &locks() {
            for version in &versions {
                let key = Some(Value::text("key"));
                let attributes = [
                    (Attribute::Key, &key),
                    (Attribute::Expires, expires),
                    (Attribute::Lock, lock),
                    (Attribute::Version, version),
                ];
                let present = attributes.into_iter();
                let present = present.filter_map(|(name, value)| Some((name, value.clone()?)));
                items.push(Item(present.collect()));
            }
        }
    }
    items
}

fn expectations() -> [Expect; 4] {
    let seen = || Version::from_tag(SEEN);
    [
        Expect::PRESENT,
        Expect::version(seen()),
        Expect::lock(mine()),
        Expect::lock(mine()).and_version(seen()),
    ]
}

fn settings(locking: bool) -> Settings {
    Settings { locking, ..Settings::default() }
}

fn record() -> Record {
    let expires = Timestamp::from_epoch_seconds(seconds(60));
    Record { payload: Payload::text("data"), expires, deadline: None }
}

#[test]
fn a_creation_is_rejected_where_it_is_explained() {
    let request = request::create(&key(), &record(), &OURS, NOW);
    for item in items() {
        let verdict = create(&item, &Version::from_tag(OURS), NOW);
        assert_eq!(request.condition.holds(&item), verdict == Verdict::Again(()));
    }
}

#[test]
fn an_update_is_rejected_where_it_is_explained() {
    for (locking, expect) in
        [true, false].into_iter().flat_map(|on| expectations().map(|e| (on, e)))
    {
        let settings = settings(locking);
        let Record { payload, expires, .. } = record();
        let change = Change { payload, expires, lock: LockDisposition::Keep };
        let of = |php_lock| {
            request::update(&settings, &key(), &change, &expect, &OURS, NOW, php_lock).condition
        };
        for item in items() {
            let verdict = update(&settings, &item, &expect, &Version::from_tag(OURS), NOW);
            match verdict {
                Verdict::Again(php_lock) => assert!(of(php_lock).holds(&item)),
                Verdict::Refused(_) => {
                    assert!(!of(PhpLockHandling::Nothing).holds(&item));
                    assert!(
                        locking
                            || expect.as_lock().is_some()
                            || !of(PhpLockHandling::PhpLock).holds(&item)
                    );
                }
                Verdict::Done => {
                    assert!(item.is_live(NOW) && item.version() == Version::from_tag(OURS));
                }
            }
        }
    }
}

#[test]
fn a_touch_is_rejected_where_it_is_explained() {
    let settings = settings(true);
    for lock in [LockDisposition::Keep, LockDisposition::Release] {
        for expect in expectations()
            .into_iter()
            .filter(|expect| lock == LockDisposition::Keep || expect.as_lock().is_some())
        {
            let order = Touch { expires: Timestamp::from_epoch_seconds(seconds(60)), lock };
            let of = |step| request::touch(&key(), &order, &expect, NOW, step).condition;
            for item in items() {
                match touch(&settings, &item, &order, &expect, NOW) {
                    Verdict::Again(step) => assert!(of(step).holds(&item)),
                    _ => assert!(!of(TouchStep::Move).holds(&item)),
                }
            }
        }
    }
}

/// What a touch that released leaves, others may have left as well: the version tells.
#[test]
fn a_repeated_touch_of_another_version_is_a_conflict() {
    let order = Touch {
        expires: Timestamp::from_epoch_seconds(seconds(3_600)),
        lock: LockDisposition::Release,
    };
    let expect = Expect::lock(mine()).and_version(Version::from_tag(SEEN));
    let is_left = |item: &Item| item.expires() == Some(order.expires) && !item.has_lock();
    let left: Vec<_> = items().into_iter().filter(is_left).collect();
    assert_eq!(left.len(), 3);
    for item in left {
        let is_seen = item.version() == Version::from_tag(SEEN);
        let lawful = if is_seen { Verdict::Done } else { Verdict::Refused(ErrorKind::Conflict) };
        assert_eq!(touch(&settings(true), &item, &order, &expect, NOW), lawful);
    }
}

#[test]
fn a_deletion_is_rejected_where_it_is_explained() {
    for expect in expectations() {
        let request = request::delete(&key(), &expect, NOW);
        for item in items() {
            let verdict = delete(&settings(true), &item, &expect, NOW);
            assert_eq!(request.condition.holds(&item), verdict == Verdict::Again(()));
        }
    }
}

#[test]
fn a_rotation_is_rejected_where_it_is_explained() {
    for (locking, expect) in
        [true, false].into_iter().flat_map(|on| expectations().map(|e| (on, e)))
    {
        let settings = settings(locking);
        let rotation = Rotation { record: record() };
        let (old, new) = (key(), Key::new("new").expect("it is not empty"));
        let request = request::rotate(&settings, &old, &new, &rotation, &expect, &OURS, NOW);
        for item in items() {
            let passes = request.delete.condition.holds(&item);
            let obstacles = Obstacles { old: (!passes).then(|| item.clone()), new: None };
            let verdict = rotate(&settings, &obstacles, &expect, &Version::from_tag(OURS), NOW);
            assert_eq!(passes, verdict == Verdict::Again(()));

            let passes = request.update.condition.holds(&item);
            let obstacles = Obstacles { new: (!passes).then_some(item), old: None };
            let verdict = rotate(&settings, &obstacles, &expect, &Version::from_tag(OURS), NOW);
            assert_eq!(passes, verdict == Verdict::Again(()));
        }
    }
}

#[test]
fn an_acquisition_is_rejected_where_it_is_explained() {
    let settings = settings(true);
    let request = request::acquire(&settings, &key(), &mine(), LEASE, NOW);
    for item in items() {
        let answer = acquire(&settings, &item, &mine(), NOW).expect("it is readable");
        match answer {
            Acquired::Absent => assert!(!item.is_live(NOW) && !request.condition.holds(&item)),
            Acquired::Locked(_) => assert!(item.is_held_by(&mine())),
            Acquired::Busy { remaining } => {
                let is_over = remaining == Some(Duration::ZERO) || !item.has_lock();
                assert_eq!(request.condition.holds(&item), is_over);
            }
        }
    }
}

#[test]
fn a_renewal_is_rejected_where_it_is_explained() {
    let request = request::renew(&key(), &mine(), LEASE, NOW);
    for item in items() {
        let verdict = renew(&item, &mine(), NOW);
        let holds = request.condition.holds(&item);
        assert!(!holds || verdict == Verdict::Done);
        if !holds && verdict == Verdict::Done {
            let end = NOW.saturating_add(LEASE);
            let later =
                Value::text(lock_text(end.saturating_add(Duration::from_millis(1)), &mine()));
            assert!(item.get(Attribute::Lock) == Some(&later), "a shorter lease was not renewed");
        }
    }
}

#[test]
fn a_release_passes_for_the_holder_alone() {
    let request = request::release(&key(), &mine());
    for item in items() {
        assert_eq!(request.condition.holds(&item), item.is_held_by(&mine()));
    }
}

/// An item is not collected under a live lock. A lock of PHP's that it is collected under was given
/// up, and is still the same.
#[test]
fn a_collection_takes_nothing_that_is_live_or_locked() {
    let settings = settings(true);
    let page = request::Page { segment: 0, segments: 1, limit: 1, from: None };
    let filter = request::scan(&settings, page, NOW).filter.expect("it looks for the dead");
    let mark = lapse_mark(NOW, settings.clock_skew);
    let may_be_tried = |item: &Item| item.has_php_lock() || !item.is_locked(&mark);
    let dead = items().into_iter().filter(|item| filter.holds(item) && may_be_tried(item));
    for item in dead {
        let request = request::collect(&settings, &key(), &item, NOW);
        for other in items() {
            let is_given_up =
                item.has_php_lock() && item.get(Attribute::Lock) == other.get(Attribute::Lock);
            let is_locked = other.is_locked(&mark) && !is_given_up;
            let spares = other.is_live(NOW) || is_locked || other.key().is_none();
            assert!(!(spares && request.condition.holds(&other)));
        }
    }
}
