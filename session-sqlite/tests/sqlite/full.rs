//! Tests of a file that cannot grow.

use crate::folder::Folder;
use crate::support::{create, is_there, key};
use session_core::error::Outcome;
use session_core::random::OsRandom;
use session_core::store::{Acquired, Deletion, Expect, LockToken, LockingStore, SessionStore};
use session_core::{Error, ErrorKind};
use session_sqlite::SqliteStore;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

async fn bounded(folder: &Folder) -> SqliteStore {
    let builder = SqliteStore::builder(folder.file()).max_bytes(64 * 1_024);
    builder.build().await.expect("it opens")
}

fn assert_full(error: &Error) {
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Full, Outcome::NotApplied), "{error}");
    assert!(error.to_string().contains("raise max_bytes"), "{error}");
}

#[tokio::test]
async fn a_full_file_rejects_new_sessions_and_keeps_the_others() {
    let folder = Folder::new();
    let store = bounded(&folder).await;
    let text = "x".repeat(3_000);
    let mut names = Vec::new();
    let error = loop {
        let name = format!("session-{}", names.len());
        match create(&store, &name, &text).await {
            Ok(()) => names.push(name),
            Err(error) => break error,
        }
    };
    assert_full(&error);
    assert!(names.len() > 5 && !is_there(&store, &format!("session-{}", names.len())).await);
    for name in &names {
        assert!(is_there(&store, name).await, "{name}");
    }
    let (first, token) = (key(&names[0]), LockToken::draw(&OsRandom));
    let acquired = store.acquire(&first, &token, Duration::from_secs(30)).await;
    assert!(matches!(acquired, Ok(Acquired::Locked(_))), "{acquired:?}");
    store.release(&first, &token).await.expect("a full file releases");
    let deleted = store.delete(&first, &Expect::PRESENT).await;
    assert_eq!(deleted.expect("a full file deletes"), Deletion::Deleted);
    create(&store, "another", &text).await.expect("there is room again");
}

/// SQLite rolls back the whole transaction if one write has no room.
///
/// The store runs the others again.
#[tokio::test]
async fn calls_that_share_a_transaction_with_one_without_room_are_carried_out() {
    let folder = Folder::new();
    let store = Arc::new(bounded(&folder).await);
    let mut calls = JoinSet::new();
    for number in 0..120_usize {
        let store = Arc::clone(&store);
        // Every third one has no room, even in an empty file.
        let text = "x".repeat(if number % 3 == 0 { 100_000 } else { 10 });
        let name = format!("session-{number}");
        calls.spawn(async move { (number, create(&store, &name, &text).await) });
    }
    let done = calls.join_all().await;
    assert_eq!(done.len(), 120);
    for (number, created) in done {
        let name = format!("session-{number}");
        assert_eq!(created.is_ok(), number % 3 != 0, "{created:?}");
        assert_eq!(is_there(&store, &name).await, created.is_ok(), "{name}");
        if let Err(error) = created {
            assert_full(&error);
        }
    }
}
