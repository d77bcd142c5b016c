use crate::support::{Bench, key, kind, ready, rotation, token, version};
use session_core::ErrorKind;
use session_core::store::{Acquired, Expect, SessionStore};
use std::thread;

#[test]
fn rotations_in_opposite_directions_do_not_wait_for_each_other() {
    let bench = Bench::new();
    for number in 0..32 {
        bench.create_for(&format!("a{number}"), 60).unwrap();
    }
    let there_and_back = |from: &str, to: &str| {
        for round in 0..2_000 {
            let number = round % 32;
            let (from, to) = (format!("{from}{number}"), format!("{to}{number}"));
            match bench.rotate(&from, &to, &rotation(60)) {
                Ok(()) => (),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Gone),
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| there_and_back("a", "b"));
        scope.spawn(|| there_and_back("b", "a"));
    });
    for number in 0..32 {
        let places = [format!("a{number}"), format!("b{number}")];
        assert_eq!(places.iter().filter(|name| bench.is_live(name)).count(), 1);
    }
}

#[test]
fn both_keys_may_live_in_one_shard() {
    let bench = Bench::with(|builder| builder.shards(1));
    bench.create_for("a", 60).unwrap();
    bench.create_for("taken", 60).unwrap();
    let refused = bench.rotate("a", "taken", &rotation(60));
    assert_eq!(kind(refused), ErrorKind::AlreadyExists);
    bench.rotate("a", "b", &rotation(60)).unwrap();
    assert!(!bench.is_live("a") && bench.is_live("b"));
}

#[test]
fn the_lock_ends_with_the_rotation() {
    let bench = Bench::new();
    let holder = token();
    bench.create_for("a", 600).unwrap();
    bench.acquire("a", &holder);
    let (old, new, expect) = (key("a"), key("b"), Expect::lock(holder));
    ready(bench.store.rotate(&old, &new, &rotation(600), &expect, &version())).unwrap();
    assert!(matches!(bench.acquire("b", &token()), Acquired::Locked(_)));
}
