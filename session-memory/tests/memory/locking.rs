use crate::support::{
    ALMOST_A_SECOND, Bench, LEASE, MILLISECOND, SECOND, at, change, key, kind, ready, token,
};
use session_core::store::{
    Acquired, Expect, LockDisposition, LockToken, LockingStore, SessionStore, Touch,
};
use session_core::{ErrorKind, Result};
use std::time::Duration;

fn update(bench: &Bench, expect: &Expect) -> Result<()> {
    bench.update("a", &change(600, "new"), expect)
}

fn locked(bench: Bench) -> (Bench, LockToken) {
    let holder = token();
    bench.create_for("a", 600).expect("there is room");
    bench.acquire("a", &holder);
    (bench, holder)
}

#[test]
fn a_lock_is_taken_over_when_lease_and_skew_are_over_and_no_sooner() {
    let (bench, _) = locked(Bench::new());
    bench.clock.advance(LEASE + ALMOST_A_SECOND);
    let busy = bench.acquire("a", &token());
    let remaining = Some(MILLISECOND);
    assert_eq!(busy, Acquired::Busy { remaining });
    let refused = kind(update(&bench, &Expect::PRESENT));
    assert_eq!(refused, ErrorKind::Locked { remaining });

    bench.clock.advance(MILLISECOND);
    assert!(matches!(bench.acquire("a", &token()), Acquired::Locked(_)));
}

#[test]
fn without_skew_a_lock_is_taken_over_when_the_lease_is_over() {
    let (bench, _) = locked(Bench::with(|builder| builder.clock_skew(Duration::ZERO)));
    bench.clock.advance(29 * SECOND + ALMOST_A_SECOND);
    assert!(matches!(bench.acquire("a", &token()), Acquired::Busy { .. }));
    bench.clock.advance(MILLISECOND);
    assert!(matches!(bench.acquire("a", &token()), Acquired::Locked(_)));
}

#[test]
fn a_holder_stale_by_an_update_is_reported_so() {
    let (bench, holder) = locked(Bench::new());
    bench.clock.advance(LEASE + SECOND);
    update(&bench, &Expect::PRESENT).unwrap();
    let refused = kind(update(&bench, &Expect::lock(holder)));
    assert_eq!(refused, ErrorKind::LockLost);
}

#[test]
fn a_lapsed_lock_that_nobody_took_over_still_writes() {
    let (bench, holder) = locked(Bench::new());
    bench.clock.advance(LEASE + SECOND);
    update(&bench, &Expect::lock(holder.clone())).unwrap();
    update(&bench, &Expect::lock(holder)).unwrap();
}

#[test]
fn a_shorter_renewal_leaves_the_longer_lease() {
    let (bench, holder) = locked(Bench::new());
    ready(bench.store.renew(&key("a"), &holder, MILLISECOND)).unwrap();
    bench.clock.advance(LEASE);
    assert!(matches!(bench.acquire("a", &token()), Acquired::Busy { .. }));
}

#[test]
fn a_touch_that_released_can_be_repeated_until_another_locks() {
    let (bench, holder) = locked(Bench::new());
    let touch = Touch { expires: at(900), lock: LockDisposition::Release };
    let expect = Expect::lock(holder);
    for _ in 0..2 {
        ready(bench.store.touch(&key("a"), &touch, &expect)).unwrap();
    }
    bench.acquire("a", &token());
    let refused = ready(bench.store.touch(&key("a"), &touch, &expect));
    assert_eq!(kind(refused), ErrorKind::LockLost);
}
