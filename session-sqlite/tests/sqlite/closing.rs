//! Tests of the order of calls, the end of the thread, and the debug output.

use crate::folder::Folder;
use crate::support::{create, is_there, key, record, version};
use session_core::store::{Freshness, SessionStore};
use session_sqlite::SqliteStore;
use std::pin::pin;
use std::task::{Context, Waker};

#[tokio::test]
async fn a_read_sees_a_write_that_was_sent_before_it() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file()).await.expect("it opens");
    for number in 0..50 {
        let (key, record, version) = (key(&number.to_string()), record("a"), version());
        let mut write = pin!(store.create(&key, &record, &version));
        let _ = write.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(
            store.load(&key, Freshness::AsConfigured).await.expect("it is read").is_some(),
            "{number}"
        );
    }
}

/// A dropped call takes effect before the next read, or never.
#[tokio::test]
async fn a_dropped_write_does_not_take_effect_after_a_read() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file()).await.expect("it opens");
    for number in 0..50 {
        let (key, record, version) = (key(&number.to_string()), record("a"), version());
        {
            let mut write = pin!(store.create(&key, &record, &version));
            let _ = write.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        }
        let first = store.load(&key, Freshness::AsConfigured).await.expect("it is read").is_some();
        create(&store, &format!("other-{number}"), "").await.expect("it is created");
        assert_eq!(
            store.load(&key, Freshness::AsConfigured).await.expect("it is read").is_some(),
            first,
            "{number}"
        );
    }
}

#[tokio::test]
async fn a_dropped_store_has_closed_its_file() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file()).await.expect("it opens");
    create(&store, "a", "").await.expect("it is created");
    let log = folder.file().with_extension("db-wal");
    assert!(log.exists());
    drop(store);
    assert!(!log.exists(), "the last connection takes the log with it");
    let store = SqliteStore::open(folder.file()).await.expect("it opens");
    assert!(is_there(&store, "a").await);
}

#[tokio::test]
async fn the_debug_output_shows_the_settings_and_no_session() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file()).await.expect("it opens");
    create(&store, "hunter2", "secret").await.expect("it is created");
    let printed = format!("{store:?}");
    for setting in ["SqliteStore", "sessions.db", "operation_timeout: 4s", "clock_skew: 1s"] {
        assert!(printed.contains(setting), "{printed}");
    }
    assert!(!printed.contains("hunter2") && !printed.contains("secret"), "{printed}");
}
