use crate::support::{Bench, SECOND, change, key, kind, ready, record, rotation, token, version};
use session_core::ErrorKind;
use session_core::store::{Expect, Freshness, SessionStore};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const HOUR: u64 = 3_600;

/// The bytes of a record with this key and text, without the two.
fn lock_room() -> usize {
    let bench = Bench::with(|builder| builder.max_record_bytes(0));
    let ErrorKind::TooLarge { size, .. } = kind(bench.create_for("k", 1)) else {
        panic!("nothing fits in no bytes");
    };
    size - 1
}

#[test]
fn a_creation_beyond_max_sessions_is_full_and_the_living_stay() {
    let bench = Bench::with(|builder| builder.max_sessions(2));
    bench.create_for("a", HOUR).unwrap();
    bench.create_for("b", HOUR).unwrap();
    assert_eq!(kind(bench.create_for("c", HOUR)), ErrorKind::Full);
    assert!(bench.is_live("a") && bench.is_live("b") && !bench.is_live("c"));
}

#[test]
fn a_creation_beyond_max_bytes_is_full() {
    let room = lock_room();
    let bench = Bench::with(|builder| builder.max_bytes(2 * (room + 1) + 4));
    bench.create("a", &record(HOUR, "1234")).unwrap();
    assert_eq!(kind(bench.create("b", &record(HOUR, "5"))), ErrorKind::Full);
    bench.create("b", &record(HOUR, "")).unwrap();
}

#[test]
fn expired_records_make_room_for_a_creation() {
    let bench = Bench::with(|builder| builder.max_sessions(3));
    for name in ["a", "b", "c"] {
        bench.create_for(name, 1).unwrap();
    }
    bench.clock.advance(SECOND);
    for name in ["d", "e", "f"] {
        bench.create_for(name, HOUR).unwrap();
    }
    assert_eq!(kind(bench.create_for("g", HOUR)), ErrorKind::Full);
}

/// The rotation fits because it frees both places.
///
/// Otherwise it would first remove expired records.
#[test]
fn a_rotation_onto_an_expired_record_frees_both_places() {
    let room = lock_room();
    let bench = Bench::with(|builder| builder.max_sessions(3).max_bytes(3 * (room + 1)));
    bench.create_for("d", 1).unwrap();
    bench.create_for("a", HOUR).unwrap();
    bench.clock.advance(SECOND);
    bench.rotate("a", "d", &rotation(HOUR)).unwrap();
    bench.create_for("b", HOUR).unwrap();
    bench.create_for("c", HOUR).unwrap();
    assert_eq!(kind(bench.create_for("e", HOUR)), ErrorKind::Full);
    assert!(bench.is_live("d") && bench.is_live("b") && bench.is_live("c"));
}

#[test]
fn a_write_that_is_rejected_for_another_reason_deletes_nothing() {
    let bench = Bench::with(|builder| builder.max_sessions(1));
    bench.create_for("a", 1).unwrap();
    bench.clock.advance(SECOND);
    let refused = bench.update("b", &change(HOUR, ""), &Expect::PRESENT);
    assert_eq!(kind(refused), ErrorKind::Gone);
    assert_eq!(bench.sweep(1, None).deleted, 1);
}

#[test]
fn many_small_expired_records_make_room_for_one_large_record() {
    let room = lock_room();
    let bench = Bench::with(|builder| builder.max_bytes(100 * (room + 2)));
    for number in 0..100 {
        bench.create_for(&format!("{number:02}"), 1).unwrap();
    }
    bench.clock.advance(SECOND);
    let text = "x".repeat(100 * (room + 2) - room - 1);
    bench.create("l", &record(HOUR, &text)).unwrap();
}

#[test]
fn a_lock_does_not_keep_the_place_of_an_expired_record() {
    let bench = Bench::with(|builder| builder.max_sessions(1));
    bench.create_expiring_locked("a", 1, &token());
    bench.clock.advance(SECOND);
    bench.create_for("b", HOUR).unwrap();
}

#[test]
fn an_expired_record_makes_room_for_its_own_successor() {
    let bench = Bench::with(|builder| builder.max_sessions(1));
    bench.create_for("a", 1).unwrap();
    bench.clock.advance(SECOND);
    bench.create_for("a", HOUR).unwrap();
    assert_eq!(kind(bench.create_for("b", HOUR)), ErrorKind::Full);
}

#[test]
fn a_deletion_makes_room() {
    let bench = Bench::with(|builder| builder.max_sessions(1));
    bench.create_for("a", HOUR).unwrap();
    bench.delete("a");
    bench.create_for("b", HOUR).unwrap();
}

#[test]
fn an_update_that_outgrows_max_bytes_is_full_and_changes_nothing() {
    let room = lock_room();
    let bench = Bench::with(|builder| builder.max_bytes(2 * room + 2 + 10));
    bench.create("a", &record(HOUR, "1234")).unwrap();
    bench.create("b", &record(2, "1234")).unwrap();
    assert_eq!(
        kind(bench.update("a", &change(HOUR, "1234567"), &Expect::PRESENT)),
        ErrorKind::Full
    );
    let snapshot = ready(bench.store.load(&key("a"), Freshness::AsConfigured)).unwrap().unwrap();
    assert_eq!(snapshot.record, record(HOUR, "1234"));

    bench.update("a", &change(HOUR, "123456"), &Expect::PRESENT).unwrap();
    bench.clock.advance(2 * SECOND);
    bench.update("a", &change(HOUR, "1234567"), &Expect::PRESENT).unwrap();
}

#[test]
fn an_update_that_shrinks_makes_room() {
    let room = lock_room();
    let bench = Bench::with(|builder| builder.max_bytes(2 * room + 2 + 10));
    bench.create("a", &record(HOUR, "1234567890")).unwrap();
    bench.update("a", &change(HOUR, "1"), &Expect::PRESENT).unwrap();
    bench.create("b", &record(HOUR, "123456789")).unwrap();
}

#[test]
fn a_full_store_still_rotates() {
    let bench = Bench::with(|builder| builder.max_sessions(2));
    bench.create_for("a", HOUR).unwrap();
    bench.create_for("b", HOUR).unwrap();
    bench.rotate("a", "c", &rotation(HOUR)).unwrap();
    assert_eq!(kind(bench.create_for("d", HOUR)), ErrorKind::Full);
}

#[test]
fn a_rotation_onto_an_expired_record_frees_the_place_of_one() {
    let bench = Bench::with(|builder| builder.max_sessions(2));
    bench.create_for("a", HOUR).unwrap();
    bench.create_for("b", 1).unwrap();
    bench.clock.advance(SECOND);
    bench.rotate("a", "b", &rotation(HOUR)).unwrap();
    bench.create_for("c", HOUR).unwrap();
    assert_eq!(kind(bench.create_for("d", HOUR)), ErrorKind::Full);
}

#[test]
fn a_repeated_creation_succeeds_in_a_full_store() {
    let bench = Bench::with(|builder| builder.max_sessions(1));
    let (key, version) = (key("a"), version());
    for _ in 0..2 {
        ready(bench.store.create(&key, &record(HOUR, ""), &version)).unwrap();
    }
}

#[test]
fn a_creation_over_the_living_is_already_exists_in_a_full_store() {
    let bench = Bench::with(|builder| builder.max_sessions(1));
    bench.create_for("a", HOUR).unwrap();
    let refused = kind(bench.create_for("a", HOUR));
    assert_eq!(refused, ErrorKind::AlreadyExists);
}

#[test]
fn creations_at_once_fill_the_bound_and_do_not_pass_it() {
    let bench = Bench::with(|builder| builder.max_sessions(1_000));
    let created = AtomicUsize::new(0);
    in_threads(|thread| {
        for number in 0..500 {
            match bench.create_for(&format!("{thread}-{number}"), HOUR) {
                Ok(()) => created.fetch_add(1, Ordering::Relaxed),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Full);
                    0
                }
            };
        }
    });
    assert_eq!(created.into_inner(), 1_000);
}

#[test]
fn creations_at_once_share_the_room_of_expired_records() {
    let bench = Bench::with(|builder| builder.max_sessions(400));
    for round in 0..20_u64 {
        in_threads(|thread| {
            for number in 0..100 {
                let name = format!("{round}-{thread}-{number}");
                bench.create_for(&name, round + 1).unwrap();
            }
        });
        bench.clock.advance(SECOND);
    }
}

#[test]
fn what_is_counted_is_exact_after_all_kinds_of_writes_at_once() {
    let bench = Bench::with(|builder| builder.max_sessions(100).max_bytes(100_000));
    in_threads(|thread| {
        for number in 0..300 {
            let (old, new) = (format!("{thread}-old"), format!("{thread}-new"));
            bench.create("shared", &record(HOUR, "1")).ok();
            bench.create(&old, &record(HOUR, "12")).unwrap();
            bench.update(&old, &change(HOUR, &"x".repeat(number)), &Expect::PRESENT).unwrap();
            bench.rotate(&old, &new, &rotation(HOUR)).unwrap();
            bench.delete(&new);
            bench.delete("shared");
        }
    });
    bench.delete("shared");
    let printed = format!("{:?}", bench.store);
    assert!(printed.contains("records: 0, bytes: 0"), "{printed}");
}

fn in_threads(work: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        for number in 0..4 {
            let work = &work;
            scope.spawn(move || work(number));
        }
    });
}
