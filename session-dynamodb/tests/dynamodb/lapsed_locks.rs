//! The store removes locks of crashed holders from tables that PHP shares.
//!
//! PHP would wait for them.

use crate::recordings::{Php, options, set};
use crate::support::{Bench, LEASE, at, change, key, number, text, token, version};
use crate::wire::Fate;
use session_core::ErrorKind;
use session_core::store::{
    Acquired, CollectingStore, Expect, Key, LockDisposition, LockToken, LockingStore, Payload,
    SessionStore, SweepBudget,
};
use session_dynamodb::DynamoDbStore;
use std::num::NonZeroUsize;
use std::time::Duration;

const WRITER: &str = "aws-sdk-php-locking";
const SKEW: Duration = Duration::from_secs(1);

fn shared() -> Key {
    key("PHPSESSID_abc")
}

/// A live session with a lock of a process that has stopped.
async fn given_a_crashed_holder() -> (Bench, Php, LockToken) {
    let bench = Bench::with(|builder| set(&options(WRITER), builder)).await;
    let php = Php::new(bench.server.client(), WRITER);
    php.write(&shared(), "n|i:1;", at(3_600)).await;
    let token = token();
    let acquired = bench.other.acquire(&shared(), &token, LEASE).await.expect("it is asked");
    assert!(matches!(acquired, Acquired::Locked(_)));
    (bench, php, token)
}

async fn has_lock(bench: &Bench) -> bool {
    bench.item(&shared()).await.expect("the session is there").contains_key("lock")
}

fn budget() -> SweepBudget {
    SweepBudget::new(NonZeroUsize::new(100).expect("it is not zero"))
}

async fn sweep(bench: &Bench) {
    let swept = bench.store.sweep(&budget(), None).await.expect("it sweeps");
    assert_eq!((swept.expired, swept.deleted, swept.failed), (0, 0, 0));
}

#[tokio::test]
async fn a_read_removes_a_lapsed_lock_and_php_finds_the_session() {
    let (bench, php, _) = given_a_crashed_holder().await;
    bench.clock.advance(LEASE + SKEW);
    let snapshot = bench.read(&shared()).await;
    assert_eq!(snapshot.record.payload, Payload::text("n|i:1;"));
    let item = php.lock(&shared()).await.expect("PHP would wait for the lock");
    assert_eq!(item["data"], text("n|i:1;"));
}

#[tokio::test]
async fn a_collector_removes_a_lapsed_lock_and_leaves_the_session() {
    let (bench, php, _) = given_a_crashed_holder().await;
    bench.clock.advance(LEASE + SKEW);
    sweep(&bench).await;
    let item = php.lock(&shared()).await.expect("PHP would wait for the lock");
    assert_eq!((&item["data"], &item["expires"]), (&text("n|i:1;"), &number(1_700_003_600)));
}

/// The store removes the lock without a grace, because PHP waits for every lock.
#[tokio::test]
async fn a_collector_removes_the_lapsed_lock_of_an_expired_session_within_the_grace() {
    let (bench, _, _) = given_a_crashed_holder().await;
    bench.clock.advance(Duration::from_hours(1) + SKEW);
    let budget = budget().with_grace(Duration::from_hours(1));
    let swept = bench.store.sweep(&budget, None).await.expect("it sweeps");
    assert_eq!((swept.expired, swept.deleted, swept.failed), (0, 0, 0));
    assert!(!has_lock(&bench).await);
}

#[tokio::test]
async fn a_lock_within_lease_and_skew_stays() {
    let (bench, _, _) = given_a_crashed_holder().await;
    bench.clock.advance((LEASE + SKEW).saturating_sub(Duration::from_millis(1)));
    bench.read(&shared()).await;
    sweep(&bench).await;
    assert!(has_lock(&bench).await);
}

#[tokio::test]
async fn a_lock_of_php_stays() {
    let (bench, php, token) = given_a_crashed_holder().await;
    bench.other.release(&shared(), &token).await.expect("it is released");
    php.lock(&shared()).await.expect("it is free");
    bench.clock.advance(LEASE + SKEW);
    bench.read(&shared()).await;
    sweep(&bench).await;
    assert!(has_lock(&bench).await);
}

/// Another process takes the lapsed lock over between its read and its removal.
#[tokio::test]
async fn a_lock_that_was_taken_over_meanwhile_stays() {
    let (bench, _, _) = given_a_crashed_holder().await;
    bench.clock.advance(LEASE + SKEW);
    let throttled = Fate::Answer(400, r#"{"__type":"x#ThrottlingException"}"#);
    bench.wire.plan([Fate::Pass, throttled]);
    let (client, clock) = (bench.server.client(), bench.clock.clone());
    let new_holder = token();
    let held = new_holder.clone();
    bench.pause.meanwhile(async move {
        let builder = DynamoDbStore::builder(client, "sessions");
        let store = set(&options(WRITER), builder).clock(clock).build().expect("it fits");
        let acquired = store.acquire(&shared(), &held, LEASE).await.expect("it is asked");
        assert!(matches!(acquired, Acquired::Locked(_)));
    });
    bench.read(&shared()).await;
    assert!(has_lock(&bench).await, "the new holder's lock is gone");
    bench.other.renew(&shared(), &new_holder, LEASE).await.expect("it is held");
}

/// The holder was late, but still running.
#[tokio::test]
async fn a_holder_whose_lapsed_lock_was_removed_is_reported() {
    let (bench, _, token) = given_a_crashed_holder().await;
    bench.clock.advance(LEASE + SKEW);
    bench.read(&shared()).await;
    let change = change("n|i:9;", LockDisposition::Release);
    let written = bench.other.update(&shared(), &change, &Expect::lock(token), &version()).await;
    assert_eq!(written.expect_err("the lock is lost").kind(), ErrorKind::LockLost);
}

/// A read succeeds without the permission to write, and with writes throttled.
#[tokio::test]
async fn a_read_that_may_not_remove_a_lock_reads_all_the_same() {
    let (bench, _, _) = given_a_crashed_holder().await;
    bench.clock.advance(LEASE + SKEW);
    let denied = Fate::Answer(400, r#"{"__type":"x#AccessDeniedException"}"#);
    bench.wire.plan([Fate::Pass, denied]);
    bench.read(&shared()).await;
    assert!(has_lock(&bench).await);
}

/// The lock stays without a profile: no program waits for it, and a removal costs.
#[tokio::test]
async fn a_lapsed_lock_in_a_table_of_our_own_is_left_to_the_next_holder() {
    let bench = Bench::new().await;
    let (key, _) = bench.given_locked("abc").await;
    bench.clock.advance(LEASE + SKEW);
    bench.read(&key).await;
    bench.store.sweep(&budget(), None).await.expect("it sweeps");
    assert!(bench.item(&key).await.expect("it is there").contains_key("lock"));
}
