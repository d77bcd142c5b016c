//! Tests of collecting by the index of expiries.

use crate::folder::Folder;
use crate::support::{is_there, key, version};
use rusqlite::Connection;
use session_core::random::OsRandom;
use session_core::store::{
    Change, CollectingStore, Cursor, Expect, LockDisposition, LockToken, LockingStore, Payload,
    Record, SessionStore, SweepBudget,
};
use session_core::time::{EpochMillis, ManualClock, Timestamp};
use session_sqlite::SqliteStore;
use std::time::Duration;

const START: u64 = 1_700_000_000;

async fn create_until(store: &SqliteStore, name: &str, seconds: u64) {
    let expires = Timestamp::from_epoch_seconds(START + seconds);
    let record = Record { payload: Payload::text(""), expires, deadline: None, idle: None };
    store.create(&key(name), &record, &version()).await.expect("it is created");
}

/// Creates a record that expires under its lock.
///
/// Only a write of the holder can cause that.
async fn lock_until(store: &SqliteStore, name: &str, seconds: u64) {
    create_until(store, name, 7_200).await;
    let (key, token) = (key(name), LockToken::draw(&OsRandom));
    let lease = Duration::from_secs(3_600);
    store.acquire(&key, &token, lease).await.expect("it is locked");
    let expires = Timestamp::from_epoch_seconds(START + seconds);
    let (payload, lock) = (Payload::text(""), LockDisposition::Keep);
    let change = Change { payload, expires, lifetime: None, lock };
    store.update(&key, &change, &Expect::lock(token), &version()).await.expect("it is held");
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
    lock_until(&store, "locked", 11).await;
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

/// A mistake in a row that another program changed.
const WRONG: [&str; 3] = ["payload = x'ff'", "version = x'00'", "lock_end = 1"];

#[tokio::test]
async fn a_row_that_cannot_be_read_stays_and_keeps_no_other_from_being_collected() {
    for wrong in WRONG {
        let folder = Folder::new();
        let clock = ManualClock::at(EpochMillis::from_epoch_millis(START * 1_000));
        let builder = SqliteStore::builder(folder.file()).clock(clock.clone());
        let store = builder.build().await.expect("it opens");
        for name in ["a", "b", "c"] {
            create_until(&store, name, 10).await;
        }
        let connection = Connection::open(folder.file()).expect("it opens");
        let sql = format!("UPDATE sessions SET {wrong} WHERE key = 'b'");
        assert_eq!(connection.execute(&sql, []).expect("it is SQL"), 1);
        clock.advance(Duration::from_secs(20));

        let budget = SweepBudget::new(10.try_into().expect("it is more than none"));
        let swept = store.sweep(&budget, None).await.expect("it sweeps");
        assert_eq!((swept.scanned, swept.deleted, swept.failed), (3, 2, 1), "{wrong}");
        let left = "SELECT group_concat(key) FROM sessions";
        let left: String = connection.query_row(left, [], |row| row.get(0)).expect("it is SQL");
        assert_eq!(left, "b");
    }
}
