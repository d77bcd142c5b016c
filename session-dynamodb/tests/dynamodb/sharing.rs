//! Tables that PHP's handlers write at the same time.
//!
//! The tests replay recorded requests of the handlers, over items of this store.

use crate::recordings::{Php, WRITERS, options, set};
use crate::support::{Bench, LEASE, at, change, key, number, record, text, token, version};
use crate::wire::Fate;
use session_core::codec::RawString;
use session_core::error::Outcome;
use session_core::store::{
    Acquired, Expect, Freshness, Key, LockDisposition, LockingStore, Rotation, SessionStore, Touch,
    Version,
};
use session_core::{Error, ErrorKind, OpenSession, Result, Sessions};
use session_dynamodb::DynamoDbStore;
use session_locking::Pessimistic;
use std::sync::Arc;
use std::time::Duration;

/// The handlers that store the data as plain text.
const OF_TEXT: [&str; 4] = ["aws-sdk-php", "aws-sdk-php-locking", "idealstack-plain", "async-aws"];

async fn bench(writer: &'static str) -> (Bench, Php) {
    let bench = Bench::with(move |builder| set(&options(writer), builder)).await;
    let php = Php::new(bench.server.client(), writer);
    (bench, php)
}

fn another_store(bench: &Bench, writer: &str) -> DynamoDbStore {
    let builder = DynamoDbStore::builder(bench.server.client(), "sessions");
    set(&options(writer), builder).clock(bench.clock.clone()).build().expect("the settings fit")
}

/// Sessions with pessimistic locking, by the clock of the bench.
fn in_turns(bench: &Bench, writer: &str) -> Sessions<String> {
    let store = Arc::new(another_store(bench, writer));
    let strategy = Pessimistic::new(store).with_timer(bench.clock.clone());
    Sessions::builder(strategy, RawString::new())
        .key_scheme(options(writer).key_scheme())
        .clock(bench.clock.clone())
        .build()
        .expect("they fit")
}

async fn open(sessions: &Sessions<String>) -> OpenSession<String> {
    let session = sessions.open(Some("abc")).await.expect("it opens");
    assert!(!session.is_new(), "it is not found");
    session
}

fn shared() -> Key {
    key("PHPSESSID_abc")
}

#[tokio::test]
async fn each_reads_what_the_other_wrote() {
    for writer in OF_TEXT {
        let (bench, php) = bench(writer).await;
        php.write(&shared(), "n|i:1;", at(60)).await;
        assert_eq!(bench.data(&shared()).await.as_deref(), Some("n|i:1;"), "{writer}");
        let change = change("n|i:2;", LockDisposition::Keep);
        let update = bench.store.update(&shared(), &change, &Expect::PRESENT, &version()).await;
        update.expect("it is there");
        let item = if writer == "aws-sdk-php-locking" {
            php.lock(&shared()).await
        } else {
            php.read(&shared()).await
        };
        let mut item = item.expect("the handler finds it");
        item.remove("lock");
        let expected = [("id", text("PHPSESSID_abc")), ("expires", number(1_700_007_200))];
        let expected = expected.into_iter().chain([("data", text("n|i:2;"))]);
        assert_eq!(item, expected.map(|(name, value)| (name.to_owned(), value)).collect());
    }
}

#[tokio::test]
async fn a_holder_in_php_is_waited_for_and_what_it_wrote_is_read() {
    let writer = "aws-sdk-php-locking";
    let (bench, php) = bench(writer).await;
    php.write(&shared(), "n|i:1;", at(60)).await;
    php.lock(&shared()).await.expect("it is free");
    let acquired = bench.store.acquire(&shared(), &token(), LEASE).await;
    assert_eq!(acquired.expect("it is asked"), Acquired::Busy { remaining: None });

    let sessions = in_turns(&bench, writer);
    let (mut session, ()) = tokio::join!(open(&sessions), async {
        while bench.clock.next_wake().is_none() {
            tokio::task::yield_now().await;
        }
        php.write(&shared(), "n|i:2;", at(60)).await;
        bench.clock.advance(Duration::from_secs(1));
    });
    assert_eq!(session.data(), "n|i:2;");
    "n|i:3;".clone_into(session.data_mut());
    let _ = session.commit().await.expect("it holds the lock");
    assert_eq!(bench.data(&shared()).await.as_deref(), Some("n|i:3;"));
}

#[tokio::test]
async fn php_waits_for_a_holder_of_this_store_and_reads_its_write() {
    let writer = "aws-sdk-php-locking";
    let (bench, php) = bench(writer).await;
    php.write(&shared(), "n|i:1;", at(60)).await;
    let mut session = open(&in_turns(&bench, writer)).await;
    assert!(php.lock(&shared()).await.is_none(), "PHP takes a lock that is held");
    "n|i:2;".clone_into(session.data_mut());
    let _ = session.commit().await.expect("it holds the lock");
    let item = php.lock(&shared()).await.expect("it is free");
    assert_eq!(item["data"], text("n|i:2;"));
    assert_eq!(item["lock"], number(1));
}

/// A write of PHP's handlers removes this store's lock. That of async-aws does not.
#[tokio::test]
async fn a_lock_that_php_removed_is_lost_and_what_it_wrote_stays() {
    for writer in ["aws-sdk-php", "aws-sdk-php-locking", "idealstack-plain"] {
        for data in ["n|i:3;", "n|i:2;"] {
            let (bench, php) = bench(writer).await;
            php.write(&shared(), "n|i:1;", at(60)).await;
            let mut session = open(&in_turns(&bench, writer)).await;
            php.write(&shared(), "n|i:2;", at(60)).await;
            data.clone_into(session.data_mut());
            let error = session.commit().await.expect_err("PHP wrote in between");
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::LockLost, Outcome::NotApplied));
            assert_eq!(bench.data(&shared()).await.as_deref(), Some("n|i:2;"), "{writer}");
        }
    }
}

/// The store detects the write by content, because async-aws leaves the lock.
#[tokio::test]
async fn what_async_aws_wrote_past_a_lock_stays() {
    for data in ["n|i:3;", "n|i:2;"] {
        let (bench, php) = bench("async-aws").await;
        php.write(&shared(), "n|i:1;", at(60)).await;
        let mut session = open(&in_turns(&bench, "async-aws")).await;
        php.write(&shared(), "n|i:2;", at(60)).await;
        let item = bench.item(&shared()).await.expect("it is there");
        assert!(item.contains_key("lock"), "async-aws removed a lock");
        data.clone_into(session.data_mut());
        let error = session.commit().await.expect_err("PHP wrote in between");
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Conflict, Outcome::NotApplied));
        assert_eq!(bench.data(&shared()).await.as_deref(), Some("n|i:2;"));
        let item = bench.item(&shared()).await.expect("it is there");
        assert!(!item.contains_key("lock"), "a rejected holder kept its lock");
    }
}

#[tokio::test]
async fn an_optimistic_write_over_what_php_wrote_is_a_conflict() {
    for writer in WRITERS {
        let (bench, php) = bench(writer).await;
        php.write(&shared(), "n|i:1;", at(60)).await;
        let seen = bench.read(&shared()).await;
        let (expect, late) = (Expect::version(seen.version), seen.record);
        php.write(&shared(), "n|i:2;", at(60)).await;
        let before = bench.item(&shared()).await;
        let mut change = change("", LockDisposition::Keep);
        change.payload = late.payload;
        let update = bench.store.update(&shared(), &change, &expect, &version()).await;
        assert_eq!(update.expect_err("PHP wrote").kind(), ErrorKind::Conflict, "{writer}");
        assert_eq!(bench.item(&shared()).await, before);

        php.write(&shared(), "n|i:1;", at(60)).await;
        let update = bench.store.update(&shared(), &change, &expect, &version()).await;
        update.expect("what was read stands there again");
    }
}

/// The store leaves no attribute that PHP's next write would not remove.
#[tokio::test]
async fn no_attribute_of_this_store_outlives_a_write_of_php() {
    for writer in ["aws-sdk-php", "aws-sdk-php-locking", "idealstack-plain"] {
        let (bench, php) = bench(writer).await;
        let (old, new) = (key("PHPSESSID_old"), shared());
        bench.store.create(&old, &record("n|i:1;"), &version()).await.unwrap();
        let rotation = Rotation { record: record("n|i:1;") };
        bench.store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version()).await.unwrap();
        let token = token();
        let locked = bench.store.acquire(&new, &token, LEASE).await.unwrap();
        assert!(matches!(locked, Acquired::Locked(_)));
        let expect = Expect::lock(token);
        let change = change("n|i:2;", LockDisposition::Keep);
        bench.store.update(&new, &change, &expect, &version()).await.unwrap();
        let touch = Touch { expires: at(9_000), lock: LockDisposition::Keep };
        bench.store.touch(&new, &touch, &expect).await.unwrap();
        let item = bench.item(&shared()).await.expect("it is there");
        let mut names: Vec<_> = item.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["data", "expires", "id", "lock"]);

        php.write(&shared(), "n|i:3;", at(60)).await;
        let item = bench.item(&shared()).await.expect("it is there");
        assert_eq!((item.len(), item.contains_key("lock")), (3, false), "{writer}");
    }
}

/// A limit: PHP writes without a condition, so its late write undoes a logout.
#[tokio::test]
async fn php_brings_back_what_was_deleted_and_we_do_not() {
    let (bench, php) = bench("aws-sdk-php").await;
    php.write(&shared(), "n|i:1;", at(60)).await;
    bench.store.delete(&shared(), &Expect::PRESENT).await.expect("it is deleted");
    let late = change("n|i:2;", LockDisposition::Keep);
    let update = bench.store.update(&shared(), &late, &Expect::PRESENT, &version()).await;
    assert_eq!(update.expect_err("it is gone").kind(), ErrorKind::Gone);
    php.write(&shared(), "n|i:2;", at(60)).await;
    assert_eq!(bench.data(&shared()).await.as_deref(), Some("n|i:2;"));
}

const FATES: [Fate; 3] = [Fate::LoseReply, Fate::Duplicate, Fate::LoseRequest];

/// Without a tag, the store recognizes its attempts by content and expiry (R11).
#[tokio::test]
async fn a_write_whose_reply_was_lost_is_recognized() {
    for fate in FATES {
        let (bench, _) = bench("async-aws").await;
        let fated = || bench.wire.plan([fate.clone()]);
        fated();
        let created = bench.store.create(&shared(), &record("n|i:1;"), &version()).await;
        let in_doubt = !matches!(fate, Fate::Duplicate);
        assert_eq!(created.is_ok(), in_doubt, "creation after {fate:?}");

        let seen = bench.read(&shared()).await.version;
        let next = change("n|i:2;", LockDisposition::Keep);
        fated();
        let update = bench.store.update(&shared(), &next, &Expect::version(seen), &version()).await;
        assert_eq!(update.is_ok(), in_doubt, "an optimistic update after {fate:?}");

        let token = token();
        bench.store.acquire(&shared(), &token, LEASE).await.unwrap();
        let read = bench.read(&shared()).await.version;
        let release = change("n|i:3;", LockDisposition::Release);
        let expect = Expect::lock(token).and_version(read);
        fated();
        let update = bench.store.update(&shared(), &release, &expect, &version()).await;
        assert_eq!(update.is_ok(), in_doubt, "a fenced update after {fate:?}");
        assert_eq!(bench.data(&shared()).await.as_deref(), Some("n|i:3;"));

        let rotation = Rotation { record: record("n|i:3;") };
        let (new, present) = (key("PHPSESSID_new"), Expect::PRESENT);
        fated();
        let rotated = bench.store.rotate(&shared(), &new, &rotation, &present, &version()).await;
        rotated.expect("the server knows the transaction");
        assert_eq!(bench.data(&new).await.as_deref(), Some("n|i:3;"));
    }
}

/// The error of a call whose first request was lost before a rival wrote `data`.
///
/// The rival's record expires after `seconds`.
async fn lost_while_a_rival_writes(data: &'static str, seconds: u64) -> Result<(), Error> {
    let (bench, php) = bench("aws-sdk-php").await;
    php.write(&shared(), "n|i:1;", at(60)).await;
    let seen = bench.store.load(&shared(), Freshness::AsConfigured).await.expect("it is read");
    let seen = seen.expect("it is there").version;
    bench.wire.plan([Fate::LoseRequest]);
    bench.pause.meanwhile(async move { php.write(&shared(), data, at(seconds)).await });
    let next = change("n|i:2;", LockDisposition::Keep);
    bench.store.update(&shared(), &next, &Expect::version(seen), &version()).await
}

#[tokio::test]
async fn what_a_rival_wrote_meanwhile_is_not_taken_for_our_own() {
    for (data, seconds) in [("n|i:3;", 7_200), ("n|i:2;", 7_201)] {
        let error = lost_while_a_rival_writes(data, seconds).await.expect_err("a rival wrote");
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Conflict, Outcome::Unknown));
    }
    // A limit: the store cannot distinguish the same bytes with the same expiry.
    lost_while_a_rival_writes("n|i:2;", 7_200).await.expect("it is as we would have it");
}

#[tokio::test]
async fn a_tag_is_the_version_of_nothing() {
    let (bench, php) = bench("aws-sdk-php").await;
    php.write(&shared(), "n|i:1;", at(60)).await;
    for version in [Version::NONE, version().into()] {
        let deletion = bench.store.delete(&shared(), &Expect::version(version)).await;
        assert_eq!(deletion.expect_err("it is none").kind(), ErrorKind::Conflict);
    }
}
