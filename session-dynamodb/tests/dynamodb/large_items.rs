//! Waiters of a large session read instead of writing, so its holder can write.

use crate::support::{Bench, LEASE, key, number, record, text, token, version};
use crate::wire::Fate;
use session_core::ErrorKind;
use session_core::error::Outcome;
use session_core::store::{Acquired, Key, LockToken, LockingStore, Payload, Record, SessionStore};

async fn given(bench: &Bench, bytes: usize) -> (Key, LockToken) {
    let (key, token) = (key("a"), token());
    let record = Record { payload: Payload::text("x".repeat(bytes)), ..record("") };
    bench.other.create(&key, &record, &version()).await.expect("it is created");
    bench.other.acquire(&key, &token, LEASE).await.expect("it can be asked");
    (key, token)
}

/// The actions of one attempt to lock, and whether it got the lock.
async fn attempt(bench: &Bench, key: &Key, token: &LockToken) -> (Vec<String>, bool) {
    bench.wire.take_log();
    let acquired = bench.store.acquire(key, token, LEASE).await.expect("it can be asked");
    let actions = bench.wire.take_log().into_iter().map(|sent| sent.action).collect();
    (actions, matches!(acquired, Acquired::Locked(_)))
}

fn actions(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn who_waits_for_a_large_session_asks_by_reads() {
    let bench = Bench::new().await;
    let ((key, holder), mine) = (given(&bench, 9 * 1024).await, token());
    assert_eq!(attempt(&bench, &key, &mine).await, (actions(&["UpdateItem"]), false));
    for _ in 0..3 {
        assert_eq!(attempt(&bench, &key, &mine).await, (actions(&["GetItem"]), false));
    }
    bench.other.release(&key, &holder).await.expect("it is released");
    let both = actions(&["GetItem", "UpdateItem"]);
    assert_eq!(attempt(&bench, &key, &mine).await, (both, true));
    bench.store.release(&key, &mine).await.expect("it is released");
    let other = token();
    assert_eq!(attempt(&bench, &key, &other).await, (actions(&["UpdateItem"]), true));
}

#[tokio::test]
async fn who_waits_for_a_small_session_asks_by_writes() {
    let bench = Bench::new().await;
    let ((key, _), mine) = (given(&bench, 1024).await, token());
    for _ in 0..2 {
        assert_eq!(attempt(&bench, &key, &mine).await, (actions(&["UpdateItem"]), false));
    }
}

#[tokio::test]
async fn a_large_session_that_its_own_attempt_locked_is_had() {
    let bench = Bench::new().await;
    let ((key, holder), mine) = (given(&bench, 9 * 1024).await, token());
    attempt(&bench, &key, &mine).await;
    bench.other.release(&key, &holder).await.expect("it is released");
    bench.other.acquire(&key, &mine, LEASE).await.expect("an attempt without a reply");
    assert!(attempt(&bench, &key, &mine).await.1, "the lock is its own");
}

#[tokio::test]
async fn a_large_session_that_is_gone_is_absent_by_a_write() {
    let bench = Bench::new().await;
    let ((key, _), mine) = (given(&bench, 9 * 1024).await, token());
    attempt(&bench, &key, &mine).await;
    bench.other.delete(&key, &session_core::store::Expect::PRESENT).await.expect("it is deleted");
    let acquired = bench.store.acquire(&key, &mine, LEASE).await.expect("it can be asked");
    assert_eq!(acquired, Acquired::Absent);
}

/// An unchanged lock of PHP is taken over even if the item is large.
#[tokio::test]
async fn a_lapsed_lock_on_a_large_session_is_taken_over() {
    let bench = Bench::new().await;
    let ((key, _), mine) = (given(&bench, 9 * 1024).await, token());
    attempt(&bench, &key, &mine).await;
    bench.clock.advance(LEASE + LEASE);
    assert!(attempt(&bench, &key, &mine).await.1);
}

#[tokio::test]
async fn what_is_locked_and_cannot_be_read_is_released_again() {
    let bench = Bench::new().await;
    let key = key("a");
    let unreadable = [("expires", number(1_700_003_600)), ("data", number(7))];
    bench.put(&key, &unreadable).await;
    let error = bench.store.acquire(&key, &token(), LEASE).await.expect_err("it is no data");
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Corrupt, Outcome::NotApplied));
    let item = bench.item(&key).await.expect("it stays");
    assert!(!item.contains_key("lock"), "nobody holds it");

    let failed = Fate::Answer(500, "{}");
    bench.wire.plan([Fate::Pass].into_iter().chain(vec![failed; 8]));
    let error = bench.store.acquire(&key, &token(), LEASE).await.expect_err("it is no data");
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Corrupt, Outcome::Unknown));
    let readable = [("expires", number(1_700_003_600)), ("data", text("data"))];
    bench.put(&key, &readable).await;
}
