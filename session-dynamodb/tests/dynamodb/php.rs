//! PHP's locks, which are numbers without owner or end, and other programs' rows.

use crate::support::{Bench, LEASE, at, change, key, number, text, token, version};
use crate::wire::Fate;
use aws_sdk_dynamodb::types::AttributeValue;
use session_core::ErrorKind;
use session_core::store::{
    Acquired, Expect, Freshness, LockDisposition, LockingStore, Payload, Rotation, SessionStore,
    Touch,
};
use session_core::time::{EpochMillis, ManualClock};
use std::time::Duration;

const FOR_EVER: Duration = Duration::from_mins(50);

/// An item as PHP's handler leaves it while it holds a lock.
fn locked_by_php() -> [(&'static str, AttributeValue); 3] {
    [("expires", number(1_700_003_600)), ("data", text("n|i:1;")), ("lock", number(1))]
}

#[tokio::test]
async fn a_lock_of_php_is_never_taken_over_by_time() {
    let bench = Bench::new().await;
    let key = key("PHPSESSID_abc");
    bench.put(&key, &locked_by_php()).await;
    bench.clock.advance(FOR_EVER);
    let acquired = bench.store.acquire(&key, &token(), LEASE).await.expect("it can be asked");
    assert_eq!(acquired, Acquired::Busy { remaining: None });
    let change = change("n|i:2;", LockDisposition::Keep);
    let update = bench.store.update(&key, &change, &Expect::PRESENT, &version()).await;
    let locked = ErrorKind::Locked { remaining: None };
    assert_eq!(update.expect_err("it is locked").kind(), locked);
}

#[tokio::test]
async fn a_lock_of_php_that_was_seen_unchanged_for_so_long_is_taken_over_if_set() {
    let timer = ManualClock::at(EpochMillis::from_epoch_millis(0));
    let timeout = Duration::from_mins(1);
    let bench =
        Bench::with(|builder| builder.locking(true).php_lock_timeout(timeout).timer(timer.clone()));
    let bench = bench.await;
    let (key, mine) = (key("PHPSESSID_abc"), token());
    let busy = Acquired::Busy { remaining: None };
    let acquire = || async { bench.store.acquire(&key, &mine, LEASE).await.expect("it is asked") };
    bench.put(&key, &locked_by_php()).await;
    assert_eq!(acquire().await, busy);
    timer.advance(timeout);
    let touched = [("expires", number(1_700_003_601)), ("lock", number(1))];
    bench.put(&key, &touched).await;
    assert_eq!(acquire().await, busy, "its holder has given a sign of life");
    timer.advance(Duration::from_millis(59_999));
    assert_eq!(acquire().await, busy);
    timer.advance(Duration::from_millis(1));
    bench.wire.plan([Fate::Pass, Fate::LoseReply]);
    let before = timer.clone();
    let (acquired, ()) = tokio::join!(acquire(), async {
        // The time limits wake later than the delay before a retry.
        while before.next_wake().is_none_or(|wake| wake > Duration::from_secs(1)) {
            tokio::task::yield_now().await;
        }
        before.advance(Duration::from_secs(1));
    });
    assert!(matches!(acquired, Acquired::Locked(_)), "{acquired:?}");
    bench.store.renew(&key, &mine, LEASE).await.expect("this store holds the lock");
}

#[tokio::test]
async fn a_lock_that_php_removes_before_its_takeover_is_free_to_the_same_caller() {
    let timer = ManualClock::at(EpochMillis::from_epoch_millis(0));
    let timeout = Duration::from_mins(1);
    let bench =
        Bench::with(|builder| builder.locking(true).php_lock_timeout(timeout).timer(timer.clone()));
    let (bench, key) = (bench.await, key("PHPSESSID_abc"));
    bench.put(&key, &locked_by_php()).await;
    bench.store.acquire(&key, &token(), LEASE).await.expect("it is asked");
    timer.advance(timeout);
    bench.wire.take_log();
    let throttled = Fate::Answer(400, r#"{"__type":"x#ThrottlingException"}"#);
    bench.wire.plan([Fate::Pass, throttled]);
    let mine = token();
    let (acquired, ()) = tokio::join!(bench.store.acquire(&key, &mine, LEASE), async {
        while timer.next_wake().is_none_or(|wake| wake > Duration::from_secs(1)) {
            tokio::task::yield_now().await;
        }
        let written = [("expires", number(1_700_003_602)), ("data", text("n|i:2;"))];
        bench.put(&key, &written).await;
        timer.advance(Duration::from_secs(1));
    });
    let Ok(Acquired::Locked(snapshot)) = acquired else { panic!("{acquired:?}") };
    assert_eq!(snapshot.record.payload, Payload::text("n|i:2;"), "what PHP wrote last");
    assert_eq!(
        bench.wire.take_log().len(),
        4,
        "the takeover was sent twice, the first request too"
    );
    bench.store.renew(&key, &mine, LEASE).await.expect("the lock is held");
}

#[tokio::test]
async fn without_locking_a_lock_of_php_is_ignored_and_left() {
    let bench = Bench::with(|builder| builder).await;
    let (old, new) = (key("PHPSESSID_abc"), key("PHPSESSID_new"));
    bench.put(&old, &locked_by_php()).await;
    let change = change("n|i:2;", LockDisposition::Keep);
    for _ in 0..2 {
        let update = bench.store.update(&old, &change, &Expect::PRESENT, &version()).await;
        update.expect("the lock is ignored");
    }
    let item = bench.item(&old).await.expect("it is there");
    assert_eq!(item.get("lock"), Some(&number(1)));
    assert_eq!(bench.data(&old).await.as_deref(), Some("n|i:2;"));

    let touch = Touch { expires: at(9_000), lock: LockDisposition::Keep };
    bench.store.touch(&old, &touch, &Expect::PRESENT).await.expect("the lock is ignored");
    let record = bench.read(&old).await.record;
    let rotation = Rotation { record };
    let rotated = bench.store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version()).await;
    rotated.expect("the lock is ignored");
    assert!(!bench.item(&new).await.expect("it is there").contains_key("lock"));
}

#[tokio::test]
async fn without_locking_a_live_lock_of_this_store_is_respected_and_a_lapsed_one_removed() {
    let locking = Bench::new().await;
    let (key, _) = locking.given_locked("a").await;
    let client = locking.server.client();
    let builder = session_dynamodb::DynamoDbStore::builder(client, "sessions");
    let plain = builder.clock(locking.clock.clone()).build().expect("the settings fit");
    let change = change("late", LockDisposition::Keep);
    let update = plain.update(&key, &change, &Expect::PRESENT, &version()).await;
    let kind = update.expect_err("it is locked").kind();
    assert!(matches!(kind, ErrorKind::Locked { remaining: Some(_) }), "{kind:?}");

    locking.clock.advance(LEASE + Duration::from_secs(1));
    let update = plain.update(&key, &change, &Expect::PRESENT, &version()).await;
    update.expect("the lock has lapsed");
    assert!(!locking.item(&key).await.expect("it is there").contains_key("lock"));
}

#[tokio::test]
async fn without_locking_nothing_can_be_locked() {
    let bench = Bench::with(|builder| builder).await;
    let (key, _) = bench.given("a").await;
    let acquired = bench.store.acquire(&key, &token(), LEASE).await;
    assert_eq!(acquired.expect_err("it cannot").kind(), ErrorKind::Unsupported);
    let released = bench.store.release(&key, &token()).await;
    assert_eq!(released.expect_err("it cannot").kind(), ErrorKind::Unsupported);
    assert!(bench.wire.take_log().is_empty());
}

/// A session that PHP has locked but not written yet, without expiry and data.
#[tokio::test]
async fn a_row_without_an_expiry_is_no_session() {
    let bench = Bench::new().await;
    let key = key("PHPSESSID_new");
    bench.put(&key, &[("lock", number(1))]).await;
    assert_eq!(
        bench.store.load(&key, Freshness::AsConfigured).await.expect("it can be read"),
        None
    );
    let acquired = bench.store.acquire(&key, &token(), LEASE).await.expect("it can be asked");
    assert_eq!(acquired, Acquired::Absent);
}

#[tokio::test]
async fn data_of_the_other_type_is_read_and_written_as_configured() {
    let bench = Bench::new().await;
    let key = key("PHPSESSID_abc");
    let binary = AttributeValue::B(aws_sdk_dynamodb::primitives::Blob::new("n|i:1;"));
    bench.put(&key, &[("expires", number(1_700_003_600)), ("data", binary)]).await;
    assert_eq!(bench.data(&key).await.as_deref(), Some("n|i:1;"));
    let change = change("n|i:2;", LockDisposition::Keep);
    let update = bench.store.update(&key, &change, &Expect::PRESENT, &version()).await;
    update.expect("it is there");
    assert_eq!(bench.item(&key).await.expect("it is there")["data"], text("n|i:2;"));
}

#[tokio::test]
async fn attributes_of_others_survive_an_update() {
    let bench = Bench::new().await;
    let key = key("a");
    bench.put(&key, &[("expires", number(1_700_003_600)), ("owner", text("them"))]).await;
    let change = change("data", LockDisposition::Keep);
    let update = bench.store.update(&key, &change, &Expect::PRESENT, &version()).await;
    update.expect("it is there");
    assert_eq!(bench.item(&key).await.expect("it is there")["owner"], text("them"));
}

#[tokio::test]
async fn attributes_of_others_survive_a_touch_and_a_lock() {
    let bench = Bench::new().await;
    let (key, token) = (key("a"), token());
    bench.put(&key, &[("expires", number(1_700_003_600)), ("owner", text("them"))]).await;
    let touch = Touch { expires: at(9_000), lock: LockDisposition::Keep };
    bench.store.touch(&key, &touch, &Expect::PRESENT).await.expect("it is there");
    let item = bench.item(&key).await.expect("it is there");
    assert_eq!((&item["expires"], &item["owner"]), (&number(1_700_009_000), &text("them")));
    bench.store.acquire(&key, &token, LEASE).await.expect("it can be asked");
    bench.store.release(&key, &token).await.expect("it is held");
    assert_eq!(bench.item(&key).await.expect("it is there")["owner"], text("them"));
}

/// Creates the new item and deletes the old one: DynamoDB cannot rename an item.
#[tokio::test]
async fn attributes_of_others_are_lost_by_a_rotation() {
    let bench = Bench::new().await;
    let (old, new) = (key("old"), key("new"));
    bench.put(&old, &[("expires", number(1_700_003_600)), ("owner", text("them"))]).await;
    let record = bench.read(&old).await.record;
    let rotation = Rotation { record };
    let rotated = bench.store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version()).await;
    rotated.expect("it is there");
    assert_eq!(bench.item(&old).await, None);
    let item = bench.item(&new).await.expect("it is there");
    assert_eq!(item["expires"], number(1_700_003_600));
    assert!(!item.contains_key("owner"));
}

#[tokio::test]
async fn data_that_is_neither_text_nor_bytes_is_corrupt_and_stays() {
    let bench = Bench::new().await;
    let key = key("a");
    bench.put(&key, &[("expires", number(1_700_003_600)), ("data", number(1))]).await;
    let error =
        bench.store.load(&key, Freshness::AsConfigured).await.expect_err("it cannot be read");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(bench.item(&key).await.is_some());
}
