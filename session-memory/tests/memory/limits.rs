use crate::support::{
    Bench, LEASE, at, change, key, kind, ready, record, rotation, token, version,
};
use session_core::ErrorKind;
use session_core::store::{
    Acquired, Change, Expect, Freshness, LockDisposition, LockingStore, Payload, SessionStore,
    Touch,
};

#[test]
fn a_record_fits_up_to_the_limit_and_no_further() {
    let bench = Bench::with(|builder| builder.max_record_bytes(100));
    let ErrorKind::TooLarge { size, limit } = kind(bench.create("a", &text_of(100))) else {
        panic!("a hundred bytes and a key do not fit in a hundred");
    };
    assert_eq!(limit, 100);
    let overhead = size - 100;
    bench.create("a", &text_of(100 - overhead)).unwrap();
    let one_more = kind(bench.create("b", &text_of(101 - overhead)));
    assert_eq!(one_more, ErrorKind::TooLarge { size: 101, limit });
}

#[test]
fn a_lock_can_be_released_after_an_update_that_is_too_large() {
    let bench = Bench::with(|builder| builder.max_record_bytes(100));
    bench.create_for("a", 60).unwrap();
    let (holder, next) = (token(), token());
    bench.acquire("a", &holder);
    let change = Change {
        payload: Payload::binary(vec![0; 100]),
        expires: at(60),
        lifetime: None,
        lock: LockDisposition::Release,
    };
    let expect = Expect::lock(holder.clone());
    let refused = ready(bench.store.update(&key("a"), &change, &expect, &version()));
    assert!(matches!(kind(refused), ErrorKind::TooLarge { .. }));
    ready(bench.store.release(&key("a"), &holder)).unwrap();
    assert!(matches!(bench.acquire("a", &next), Acquired::Locked(_)));
}

#[test]
fn a_key_beyond_the_limit_is_rejected_by_every_operation() {
    let Bench { store, .. } = Bench::with(|builder| builder.max_key_bytes(3));
    let (long, short) = (key("long"), key("old"));
    let change = change(60, "");
    let touch = Touch { expires: at(60), lock: LockDisposition::Keep };
    let present = Expect::PRESENT;
    let refusals = [
        kind(ready(store.load(&long, Freshness::AsConfigured))),
        kind(ready(store.create(&long, &record(60, ""), &version()))),
        kind(ready(store.update(&long, &change, &present, &version()))),
        kind(ready(store.touch(&long, &touch, &present))),
        kind(ready(store.rotate(&short, &long, &rotation(60), &present, &version()))),
        kind(ready(store.delete(&long, &present))),
        kind(ready(store.acquire(&long, &token(), LEASE))),
        kind(ready(store.renew(&long, &token(), LEASE))),
        kind(ready(store.release(&long, &token()))),
    ];
    assert_eq!(refusals, [ErrorKind::InvalidArgument; 9]);
}

fn text_of(bytes: usize) -> session_core::store::Record {
    record(60, &"x".repeat(bytes))
}
