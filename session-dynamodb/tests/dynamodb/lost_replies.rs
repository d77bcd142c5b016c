//! A retry is recognized (R11) after a lost reply and after a duplicated request.

use crate::support::{Bench, LEASE, at, change, key, record, token, version};
use crate::wire::Fate;
use session_core::error::Outcome;
use session_core::store::{
    Acquired, Deletion, Expect, Freshness, LockDisposition, LockingStore, Rotation, SessionStore,
    Touch,
};
use session_core::time::TokioTimer;
use session_core::{Error, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

/// The fates of a request, each followed by normal requests.
const FATES: [Fate; 3] = [Fate::LoseReply, Fate::Duplicate, Fate::LoseRequest];

/// Checks that every request was sent with the same bytes.
///
/// Deletions of nothing are left out. Until the server has returned an item, they check rejections
/// without one.
fn assert_identical(bench: &Bench, fate: &Fate) {
    let mut log = bench.wire.take_log();
    log.retain(|sent| !sent.is_deletion_of_nothing());
    let attempts = if matches!(fate, Fate::Duplicate) { 1 } else { 2 };
    assert_eq!(log.len(), attempts, "requests after {fate:?}");
    assert!(log.iter().all(|sent| *sent == log[0]), "a retry after {fate:?} sends other bytes");
}

macro_rules! for_each_fate {
    (|$bench:ident, $fate:ident| $body:block) => {
        for $fate in FATES {
            let $bench = Bench::new().await;
            $body
            assert_identical(&$bench, &$fate);
        }
    };
}

#[tokio::test]
async fn a_creation_recognizes_itself() {
    for_each_fate!(|bench, fate| {
        let (key, version) = (key("a"), version());
        bench.wire.plan([fate.clone()]);
        bench.store.create(&key, &record("data"), &version).await.expect("it is its own");
        let found = bench
            .other
            .load(&key, Freshness::AsConfigured)
            .await
            .expect("it can be read")
            .expect("it is there");
        assert_eq!((found.record, found.version), (record("data"), version.into()));
    });
}

#[tokio::test]
async fn an_update_recognizes_itself() {
    for_each_fate!(|bench, fate| {
        let (key, before) = bench.given("a").await;
        let change = change("new", LockDisposition::Keep);
        bench.wire.plan([fate.clone()]);
        let expect = Expect::version(before);
        bench.store.update(&key, &change, &expect, &version()).await.expect("it is its own");
        assert_eq!(bench.data(&key).await.as_deref(), Some("new"));
    });
}

#[tokio::test]
async fn an_update_that_released_recognizes_itself() {
    for_each_fate!(|bench, fate| {
        let (key, token) = bench.given_locked("a").await;
        let change = change("new", LockDisposition::Release);
        bench.wire.plan([fate.clone()]);
        let expect = Expect::lock(token);
        bench.store.update(&key, &change, &expect, &version()).await.expect("it is its own");
        let item = bench.item(&key).await.expect("it is there");
        assert!(!item.contains_key("lock"));
    });
}

#[tokio::test]
async fn a_touch_recognizes_itself() {
    for lock in [LockDisposition::Keep, LockDisposition::Release] {
        for_each_fate!(|bench, fate| {
            let (key, token) = bench.given_locked("a").await;
            let touch = Touch { expires: at(9_000), lock };
            bench.wire.plan([fate.clone()]);
            bench.store.touch(&key, &touch, &Expect::lock(token)).await.expect("it is its own");
            let item = bench.item(&key).await.expect("it is there");
            assert_eq!(item.contains_key("lock"), lock == LockDisposition::Keep);
            let found =
                bench.other.load(&key, Freshness::AsConfigured).await.expect("it can be read");
            assert_eq!(found.expect("it is there").record.expires, at(9_000));
        });
    }
}

#[tokio::test]
async fn an_acquisition_recognizes_itself() {
    for_each_fate!(|bench, fate| {
        let ((key, version), token) = (bench.given("a").await, token());
        bench.wire.plan([fate.clone()]);
        let acquired = bench.store.acquire(&key, &token, LEASE).await.expect("it can be asked");
        let Acquired::Locked(found) = acquired else {
            panic!("it met its own lock: {acquired:?}");
        };
        assert_eq!((found.record, found.version), (record("a"), version.into()));
        bench.other.renew(&key, &token, LEASE).await.expect("it holds the lock");
    });
}

#[tokio::test]
async fn a_renewal_recognizes_itself() {
    for_each_fate!(|bench, fate| {
        let (key, token) = bench.given_locked("a").await;
        bench.clock.advance(LEASE / 2);
        bench.wire.plan([fate.clone()]);
        bench.store.renew(&key, &token, LEASE).await.expect("it still holds");
    });
}

#[tokio::test]
async fn a_release_recognizes_itself() {
    for_each_fate!(|bench, fate| {
        let (key, token) = bench.given_locked("a").await;
        bench.wire.plan([fate.clone()]);
        bench.store.release(&key, &token).await.expect("it is released");
        assert!(!bench.item(&key).await.expect("it is there").contains_key("lock"));
    });
}

#[tokio::test]
async fn a_deletion_finds_nothing_the_second_time() {
    for_each_fate!(|bench, fate| {
        let (key, _) = bench.given("a").await;
        bench.wire.plan([fate.clone()]);
        let deletion = bench.store.delete(&key, &Expect::PRESENT).await.expect("it is deleted");
        let expected = match fate {
            Fate::LoseRequest => Deletion::Deleted,
            _ => Deletion::WasAbsent,
        };
        assert_eq!(deletion, expected);
        assert!(bench.item(&key).await.is_none());
    });
}

#[tokio::test]
async fn a_rotation_recognizes_itself() {
    for_each_fate!(|bench, fate| {
        let ((old, token), new) = (bench.given_locked("old").await, key("new"));
        let (rotation, expect) = (Rotation { record: record("moved") }, Expect::lock(token));
        bench.wire.plan([fate.clone()]);
        let rotated = bench.store.rotate(&old, &new, &rotation, &expect, &version()).await;
        rotated.expect("it is its own");
        assert_eq!(bench.data(&new).await.as_deref(), Some("moved"));
        assert!(bench.item(&old).await.is_none());
    });
}

/// The caller repeats the call later: other bytes under the same version.
#[tokio::test]
async fn a_rotation_that_its_caller_repeats_later_recognizes_itself() {
    let bench = Bench::new().await;
    let ((old, _), new, version) = (bench.given("old").await, key("new"), version());
    let rotation = Rotation { record: record("moved") };
    for _ in 0..2 {
        let rotated = bench.store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version).await;
        rotated.expect("it is its own");
        bench.clock.advance(LEASE);
    }
}

/// The rejection of a call that may have been applied in an earlier attempt.
async fn rejected_in_doubt(bench: &Bench) -> Error {
    let (key, before) = bench.given("a").await;
    let (other, late) = (Arc::new(bench.pause.clone()), key.clone());
    let server = bench.server.client();
    other.meanwhile(async move {
        let call = server.delete_item().table_name("sessions");
        let id = aws_sdk_dynamodb::types::AttributeValue::S(late.as_str().into());
        call.key("id", id).send().await.expect("it is deleted");
    });
    let change = change("new", LockDisposition::Keep);
    let update = bench.store.update(&key, &change, &Expect::version(before), &version()).await;
    update.expect_err("it is gone")
}

#[tokio::test]
async fn a_rejection_after_a_lost_reply_that_recognizes_nothing_is_of_unknown_outcome() {
    for fate in [Fate::LoseReply, Fate::LoseRequest] {
        let bench = Bench::new().await;
        bench.wire.plan([fate]);
        let error = rejected_in_doubt(&bench).await;
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Gone, Outcome::Unknown));
    }
}

#[tokio::test]
async fn a_rejection_after_an_attempt_that_was_not_applied_is_certain() {
    let bench = Bench::new().await;
    let throttled = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}"#;
    bench.wire.plan([Fate::Answer(400, throttled)]);
    let error = rejected_in_doubt(&bench).await;
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Gone, Outcome::NotApplied));
}

#[tokio::test]
async fn a_reply_that_never_comes_is_given_up() {
    let limit = Duration::from_millis(250);
    let timer = TokioTimer::new();
    let bench = Bench::with(|builder| builder.request_timeout(limit).timer(timer)).await;
    let (key, version) = (key("a"), version());
    bench.wire.plan([Fate::Hang]);
    bench.store.create(&key, &record("data"), &version).await.expect("it is its own");
    assert_eq!(bench.wire.take_log().len(), 2);
}
