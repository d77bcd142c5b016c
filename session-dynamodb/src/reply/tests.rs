//! A condition rejects an item exactly if the decision on it explains why.

use super::{
    LeaseVerdict, Obstacles, Verdict, acquire, create, delete, renew, rotate, touch, update,
};
use crate::condition::{held, live, unlocked};
use crate::item::{Item, Unreadable, Value};
use crate::layout::Attribute;
use crate::lease::lock_text;
use crate::request::{self, Leased, PhpLockHandling, TouchStep};
use crate::settings::Settings;
use session_core::decision::Context;
use session_core::store::{
    Acquired, Change, Expect, Key, LockDisposition, LockToken, Payload, Record, Rotation, Tag,
    Touch,
};
use session_core::time::{EpochMillis, Timestamp};
use std::time::Duration;

const NOW: EpochMillis = EpochMillis::from_epoch_millis(1_700_000_000_500);
const LEASE: Duration = Duration::from_secs(30);
const OURS: Tag = Tag::from_bytes([1; 16]);
const SEEN: Tag = Tag::from_bytes([2; 16]);

fn key() -> Key {
    Key::new("key").expect("it is not empty")
}

fn mine() -> LockToken {
    LockToken::decode("AAAAAAAAAAAAAAAAAAAAAA").expect("it is one")
}

fn seconds(past_now: i64) -> u64 {
    NOW.timestamp().as_epoch_seconds().checked_add_signed(past_now).expect("it is after 1970")
}

/// The second that many after now, with a fraction as others may write it.
fn past_now(past: &str) -> Value {
    let (whole, fraction) = past.split_once('.').unwrap_or((past, "0"));
    Value::N(format!("{}.{fraction}", seconds(whole.parse().expect("it is a number"))))
}

/// Locks of all kinds, whose leases end on both sides of every boundary.
fn locks() -> Vec<Option<Value>> {
    let theirs = LockToken::decode("BBBBBBBBBBBBBBBBBBBBBA").expect("it is one");
    let foreign = [Value::N("1".into()), Value::text("junk"), Value::text("0"), Value::Other];
    let mut locks: Vec<_> = [None].into_iter().chain(foreign.map(Some)).collect();
    for token in [mine(), theirs] {
        for end in [-1_001_i64, -1_000, -999, 0, 1, 30_000, 30_001, 40_000] {
            let end = NOW.as_epoch_millis().checked_add_signed(end).expect("it is after 1970");
            let text = lock_text(EpochMillis::from_epoch_millis(end), &token);
            locks.push(Some(Value::text(text)));
        }
    }
    locks
}

/// Every combination of expiry, lock, version and deadline, and no item at all.
fn items() -> Vec<Item> {
    // A lease of 30 s that begins now, half-way through a second, has lapsed within the 32nd.
    let expiries = ["-1", "0", "1", "31", "31.5", "32", "3600"].map(|past| Some(past_now(past)));
    let unreadable = [None, Some(Value::text("9999999999"))];
    let versions = [None, Some(Value::tag(&OURS)), Some(Value::tag(&SEEN))];
    let deadlines = [None, Some(past_now("31"))];
    let mut items = vec![Item::default()];
    for expires in expiries.iter().chain(&unreadable) {
        for lock in &locks() {
            for (version, deadline) in
                versions.iter().flat_map(|v| deadlines.iter().map(move |d| (v, d)))
            {
                let key = Some(Value::text("key"));
                let attributes = [
                    (Attribute::Key, &key),
                    (Attribute::Expires, expires),
                    (Attribute::Lock, lock),
                    (Attribute::Version, version),
                    (Attribute::Deadline, deadline),
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
    let seen = || SEEN;
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

fn context() -> Context {
    Context::new(NOW, settings(true).clock_skew)
}

/// Whether the lease already has the end that a request would set.
///
/// A decision leaves such a lease as it is.
fn is_leased_alike(item: &Item) -> bool {
    let lock = Value::text(lock_text(NOW.saturating_add(LEASE), &mine()));
    item.get(Attribute::Lock) == Some(&lock)
}

fn is_live(item: &Item) -> bool {
    live(NOW).holds(item)
}

fn record() -> Record {
    let expires = Timestamp::from_epoch_seconds(seconds(60));
    Record { payload: Payload::text("data"), expires, deadline: None, idle: None }
}

#[test]
fn a_creation_is_rejected_where_it_is_explained() {
    let (record, version) = (record(), OURS);
    let request = request::create(&key(), &record, &OURS, NOW);
    for item in items() {
        let verdict = create(&settings(true), &item, &record, &version, &context());
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
        let change = Change { payload, expires, lifetime: None, lock: LockDisposition::Keep };
        let of = |php_lock| {
            request::update(&settings, &key(), &change, &expect, &OURS, NOW, php_lock).condition
        };
        for item in items() {
            let version = OURS;
            let verdict = update(&settings, &item, &change, &expect, &version, &context());
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
                    assert!(is_live(&item) && item.version() == version.into());
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
                match touch(&settings, &item, &order, &expect, &context()) {
                    Verdict::Again(step) => assert!(of(step).holds(&item)),
                    _ => assert!(!of(TouchStep::Move).holds(&item)),
                }
            }
        }
    }
}

#[test]
fn a_deletion_is_rejected_where_it_is_explained() {
    for expect in expectations() {
        let request = request::delete(&key(), &expect, NOW);
        for item in items() {
            let verdict = delete(&settings(true), &item, &expect, &context());
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
        let verdict = |obstacles: &Obstacles| {
            let version = OURS;
            rotate(&settings, obstacles, &rotation, &expect, &version, &context())
        };
        let (old, new) = (key(), Key::new("new").expect("it is not empty"));
        let request = request::rotate(&settings, &old, &new, &rotation, &expect, &OURS, NOW);
        for item in items() {
            let passes = request.delete.condition.holds(&item);
            let obstacles = Obstacles { old: (!passes).then(|| item.clone()), new: None };
            assert_eq!(passes, verdict(&obstacles) == Verdict::Again(()));

            let passes = request.update.condition.holds(&item);
            let obstacles = Obstacles { new: (!passes).then_some(item), old: None };
            assert_eq!(passes, verdict(&obstacles) == Verdict::Again(()));
        }
    }
}

/// The second request holds only for the item as it was seen, and needs no third.
fn check_second_request(leased: Leased, seen: &Item, context: &Context) {
    let layout = &settings(true).layout;
    let request = request::lease_as_seen(layout, &key(), leased, seen, context.now);
    let named = [Attribute::Lock, Attribute::Expires, Attribute::Deadline];
    for item in items() {
        let is_as_seen = named.iter().all(|name| item.get(*name) == seen.get(*name));
        let is_unknown = item.get(Attribute::Lock) == Some(&Value::Other);
        assert!(is_unknown || request.condition.holds(&item) == is_as_seen);
    }
    let after = request.apply(seen).expect("the item is as it was seen");
    let acquired = acquire(&settings(true), &after, &mine(), LEASE, context);
    assert!(matches!(acquired, LeaseVerdict::Done(Ok(Acquired::Locked(_)))));
}

#[test]
fn an_acquisition_is_rejected_where_it_is_explained() {
    let settings = settings(true);
    let request = request::acquire(&settings, &key(), &mine(), LEASE, &context());
    for item in items() {
        let verdict = acquire(&settings, &item, &mine(), LEASE, &context());
        let is_free = request.condition.holds(&item) && !is_leased_alike(&item);
        assert_eq!(verdict == LeaseVerdict::Again, is_free);
        match verdict {
            LeaseVerdict::Done(Ok(Acquired::Absent)) => assert!(!is_live(&item)),
            LeaseVerdict::Done(Ok(Acquired::Locked(_))) => assert!(held(&mine()).holds(&item)),
            LeaseVerdict::Done(Ok(Acquired::Busy { remaining })) => {
                assert_ne!(remaining, Some(Duration::ZERO));
            }
            LeaseVerdict::Done(Err(unreadable)) => panic!("{unreadable:?}"),
            LeaseVerdict::Refused(kind) => panic!("{kind:?} is no answer"),
            LeaseVerdict::Again => assert!(is_live(&item)),
            LeaseVerdict::AsSeen(leased) => check_second_request(leased, &item, &context()),
        }
    }
}

#[test]
fn a_renewal_is_rejected_where_it_is_explained() {
    let request = request::renew(&key(), &mine(), LEASE, &context());
    for item in items() {
        let verdict = renew(&settings(true), &item, &mine(), LEASE, &context());
        let is_left = request.condition.holds(&item) && !is_leased_alike(&item);
        assert_eq!(verdict == LeaseVerdict::Again, is_left);
        if let LeaseVerdict::AsSeen(leased) = verdict {
            assert!(held(&mine()).holds(&item) && is_live(&item));
            check_second_request(leased, &item, &context());
        }
    }
}

/// Its deadline may be what cannot be read, and no expiry passes that.
#[test]
fn nothing_is_changed_of_a_record_that_cannot_be_read() {
    let expires = (Attribute::Expires, Value::N(seconds(1).to_string()));
    let deadline = (Attribute::Deadline, Value::text("soon"));
    let mut item = Item([(Attribute::Key, Value::text("key")), expires, deadline].into());
    let verdict = acquire(&settings(true), &item, &mine(), LEASE, &context());
    assert_eq!(verdict, LeaseVerdict::Done(Err(Unreadable(Attribute::Deadline))));
    item.0.insert(Attribute::Lock, Value::text(lock_text(NOW, &mine())));
    let verdict = renew(&settings(true), &item, &mine(), LEASE, &context());
    assert_eq!(verdict, LeaseVerdict::Done(Err(Unreadable(Attribute::Deadline))));
}

#[test]
fn a_release_passes_for_the_holder_alone() {
    let request = request::release(&key(), &mine());
    for item in items() {
        assert_eq!(request.condition.holds(&item), held(&mine()).holds(&item));
    }
}

/// An item is not collected under a live lock.
///
/// If it is collected under a lock of PHP, the lock is abandoned and unchanged.
#[test]
fn a_collection_takes_nothing_that_is_live_or_locked() {
    let settings = settings(true);
    let page = request::Page { segment: 0, segments: 1, limit: 1, from: None };
    let filter =
        request::scan(&settings, page, NOW, NOW).filter.expect("it looks for expired items");
    let unlocked = unlocked(NOW, settings.clock_skew);
    let may_be_tried = |item: &Item| item.has_php_lock() || unlocked.holds(item);
    let expired = items().into_iter().filter(|item| filter.holds(item) && may_be_tried(item));
    for item in expired {
        let request = request::collect(&settings, &key(), &item, NOW);
        for other in items() {
            let is_given_up =
                item.has_php_lock() && item.get(Attribute::Lock) == other.get(Attribute::Lock);
            let is_locked = !unlocked.holds(&other) && !is_given_up;
            let spares = is_live(&other) || is_locked || other.key().is_none();
            assert!(!(spares && request.condition.holds(&other)));
        }
    }
}
