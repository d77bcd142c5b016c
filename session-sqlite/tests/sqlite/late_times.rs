//! Times beyond the range of times, which another program wrote to the file.

use crate::folder::Folder;
use crate::support::{create, is_there, key};
use rusqlite::Connection;
use session_core::ErrorKind;
use session_core::random::OsRandom;
use session_core::store::{
    Acquired, CollectingStore, Freshness, LockToken, LockingStore, SessionStore, SweepBudget,
};
use session_core::time::{IdleTimeout, Timestamp};
use session_sqlite::SqliteStore;
use std::time::Duration;

const LEASE: Duration = Duration::from_secs(30);
/// Times after the last one, such as milliseconds by mistake, and before the epoch.
const LATE: [i64; 3] = [10_000_000_000, 1_800_000_000_000, i64::MAX];
const NEGATIVE: [i64; 2] = [-1, i64::MIN];

async fn given(folder: &Folder) -> SqliteStore {
    let store = SqliteStore::open(folder.file()).await.expect("it opens");
    create(&store, "a", "data").await.expect("it is created");
    store.acquire(&key("a"), &LockToken::draw(&OsRandom), LEASE).await.expect("it is locked");
    store
}

fn set(folder: &Folder, column: &str, time: i64) {
    let connection = Connection::open(folder.file()).expect("it opens");
    let sql = format!("UPDATE sessions SET {column} = ?1");
    assert_eq!(connection.execute(&sql, [time]).expect("it is SQL"), 1);
}

async fn deleted(store: &SqliteStore) -> u64 {
    let budget = SweepBudget::new(10.try_into().expect("it is more than none"));
    store.sweep(&budget, None).await.expect("it sweeps").deleted
}

#[tokio::test]
async fn a_later_expiry_is_the_last_one_and_not_collected() {
    for time in LATE {
        let folder = Folder::new();
        let store = given(&folder).await;
        set(&folder, "lock_end", 0);
        set(&folder, "expires", time);
        let found = store
            .load(&key("a"), Freshness::AsConfigured)
            .await
            .expect("it is read")
            .expect("it is live");
        assert_eq!(found.record.expires, Timestamp::MAX);
        assert_eq!(deleted(&store).await, 0);
        assert!(is_there(&store, "a").await);
    }
}

#[tokio::test]
async fn a_negative_expiry_is_over() {
    for time in NEGATIVE {
        let folder = Folder::new();
        let store = given(&folder).await;
        set(&folder, "lock_end", 0);
        set(&folder, "expires", time);
        assert!(!is_there(&store, "a").await);
        assert_eq!(deleted(&store).await, 1);
    }
}

#[tokio::test]
async fn a_later_deadline_is_the_last_one_and_a_negative_one_is_the_epoch() {
    let epoch = Timestamp::from_epoch_seconds(0);
    let expected = LATE.map(|time| (time, Timestamp::MAX)).into_iter();
    for (time, deadline) in expected.chain(NEGATIVE.map(|time| (time, epoch))) {
        let folder = Folder::new();
        let store = given(&folder).await;
        set(&folder, "deadline", time);
        let found = store
            .load(&key("a"), Freshness::AsConfigured)
            .await
            .expect("it is read")
            .expect("it is live");
        assert_eq!(found.record.deadline, Some(deadline));
    }
}

/// An impossible time is not ignored.
///
/// Otherwise the lifetime of the configuration would apply.
#[tokio::test]
async fn a_longer_idle_timeout_is_the_longest_one_and_none_below_a_second_can_be_read() {
    for time in LATE.into_iter().chain(NEGATIVE).chain([0]) {
        let folder = Folder::new();
        let store = given(&folder).await;
        set(&folder, "idle", time);
        let found = store.load(&key("a"), Freshness::AsConfigured).await;
        if time > 0 {
            let found = found.expect("it is read").expect("it is live");
            assert_eq!(found.record.idle, Some(IdleTimeout::MAX));
        } else {
            assert_eq!(found.expect_err("it cannot be").kind(), ErrorKind::Corrupt);
        }
    }
}

#[tokio::test]
async fn a_later_lease_is_held_and_a_negative_one_has_lapsed() {
    for time in LATE.into_iter().chain(NEGATIVE) {
        let folder = Folder::new();
        let store = given(&folder).await;
        let is_milliseconds_in_range = time == LATE[0] || time == LATE[1];
        let time = if is_milliseconds_in_range { time * 1_000 } else { time };
        set(&folder, "lock_end", time);
        let answer = store.acquire(&key("a"), &LockToken::draw(&OsRandom), LEASE).await;
        let is_busy = matches!(answer.expect("it is asked"), Acquired::Busy { .. });
        assert_eq!(is_busy, time > 0, "{time}");
    }
}
