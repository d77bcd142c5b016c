//! Collecting by the index of expiries.

use crate::folder::Folder;
use crate::support::{is_there, key, version};
use session_core::random::OsRandom;
use session_core::store::{
    CollectingStore, Cursor, LockToken, LockingStore, Payload, Record, SessionStore, SweepBudget,
};
use session_core::time::{EpochMillis, ManualClock, Timestamp};
use session_sqlite::SqliteStore;
use std::time::Duration;

const START: u64 = 1_700_000_000;

async fn create_until(store: &SqliteStore, name: &str, seconds: u64) {
    let expires = Timestamp::from_epoch_seconds(START + seconds);
    let record = Record { payload: Payload::text(""), expires, deadline: None };
    store.create(&key(name), &record, &version()).await.expect("it is created");
}

#[tokio::test]
async fn a_walk_deletes_what_is_expired_and_spares_what_is_live_or_locked() {
    let folder = Folder::new();
    let clock = ManualClock::at(EpochMillis::from_epoch_millis(START * 1_000));
    let builder = SqliteStore::builder(folder.file()).clock(clock.clone());
    let store = builder.build().await.expect("it opens");
    for number in 0..120 {
        create_until(&store, &format!("expired-{number}"), 10 + number % 3).await;
    }
    create_until(&store, "locked", 11).await;
    let lease = Duration::from_secs(3_600);
    store.acquire(&key("locked"), &LockToken::draw(&OsRandom), lease).await.expect("it is locked");
    create_until(&store, "live", 100).await;
    clock.advance(Duration::from_secs(20));

    let budget = SweepBudget::new(70.try_into().expect("it is more than none"));
    let first = store.sweep(&budget, None).await.expect("it sweeps");
    assert_eq!((first.scanned, first.expired, first.deleted + first.spared), (70, 70, 70));
    let next = first.next.expect("there is more");
    let second = store.sweep(&budget, Some(&next)).await.expect("it sweeps");
    assert_eq!((first.deleted + second.deleted, first.spared + second.spared), (120, 1));
    assert_eq!((second.scanned, second.next), (51, None));
    assert!(is_there(&store, "live").await);
}

#[tokio::test]
async fn a_cursor_of_another_store_is_rejected() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file()).await.expect("it opens");
    let budget = SweepBudget::new(1.try_into().expect("it is more than none"));
    for foreign in ["", "a", "a b"] {
        let swept = store.sweep(&budget, Some(&Cursor::new(foreign))).await;
        let error = swept.expect_err("it is foreign").to_string();
        assert!(error.starts_with("collect: the argument is invalid"), "{error}");
    }
}
