use crate::support::{Bench, LEASE, SECOND, at, change, key, kind, ready, record, token};
use session_core::ErrorKind;
use session_core::store::{
    CollectingStore, Cursor, Expect, LockDisposition, LockingStore, SessionStore, SweepBudget,
    Touch,
};
use std::num::NonZeroUsize;

#[test]
fn live_records_are_not_looked_at() {
    let bench = Bench::new();
    for number in 0..1_000 {
        bench.create_for(&format!("live {number}"), 60).unwrap();
    }
    for number in 0..3 {
        bench.create_for(&format!("dead {number}"), 1).unwrap();
    }
    bench.clock.advance(SECOND);
    let sweep = bench.sweep(10_000, None);
    assert_eq!((sweep.scanned, sweep.expired, sweep.deleted), (3, 3, 3));
    assert_eq!(sweep.next, None);
}

#[test]
fn a_walk_in_small_steps_ends_and_finds_every_expired_record() {
    let bench = Bench::with(|builder| builder.shards(4));
    for number in 0..50 {
        bench.create_for(&format!("dead {number}"), 1).unwrap();
    }
    for number in 0..10 {
        bench.create_expiring_locked(&format!("locked {number}"), 1, &token());
    }
    bench.clock.advance(SECOND);
    let (mut deleted, mut spared, mut from) = (0, 0, None);
    loop {
        let sweep = bench.sweep(1, from.as_ref());
        assert!(sweep.scanned <= 1);
        deleted += sweep.deleted;
        spared += sweep.spared;
        from = sweep.next;
        if from.is_none() {
            break;
        }
    }
    assert_eq!((deleted, spared), (50, 10));
}

#[test]
fn a_lock_spares_an_expired_record_until_it_has_lapsed() {
    let bench = Bench::new();
    bench.create_expiring_locked("a", 1, &token());
    bench.clock.advance(LEASE);
    assert_eq!(bench.sweep(10, None).spared, 1);
    bench.clock.advance(SECOND);
    assert_eq!(bench.sweep(10, None).deleted, 1);
}

#[test]
fn a_released_lock_spares_no_longer() {
    let bench = Bench::new();
    let holder = token();
    bench.create_expiring_locked("a", 1, &holder);
    bench.clock.advance(SECOND);
    ready(bench.store.release(&key("a"), &holder)).unwrap();
    assert_eq!(bench.sweep(10, None).deleted, 1);
}

#[test]
fn the_index_follows_every_move_of_an_expiry() {
    let bench = Bench::new();
    for name in ["touched", "prolonged", "shortened", "deleted", "replaced"] {
        bench.create_for(name, 10).unwrap();
    }
    let touch = Touch { expires: at(30), lock: LockDisposition::Keep };
    ready(bench.store.touch(&key("touched"), &touch, &Expect::PRESENT)).unwrap();
    bench.update("prolonged", &change(30, ""), &Expect::PRESENT).unwrap();
    bench.update("shortened", &change(5, ""), &Expect::PRESENT).unwrap();
    bench.delete("deleted");

    bench.clock.advance(5 * SECOND);
    assert_eq!(bench.sweep(10, None).scanned, 1);
    bench.clock.advance(5 * SECOND);
    bench.create("replaced", &record(30, "anew")).unwrap();
    assert_eq!(bench.sweep(10, None).scanned, 0);
    bench.clock.advance(20 * SECOND);
    assert_eq!(bench.sweep(10, None).deleted, 3);
}

#[test]
fn a_cursor_of_another_store_is_rejected() {
    let bench = Bench::new();
    let budget = SweepBudget::new(NonZeroUsize::MIN);
    for text in ["", "1", "1.x", "-1.0", "a key"] {
        let swept = ready(bench.store.sweep(&budget, Some(&Cursor::new(text))));
        assert_eq!(kind(swept), ErrorKind::InvalidArgument, "{text}");
    }
    assert_eq!(bench.sweep(1, Some(&Cursor::new("64.0"))).next, None);
}
