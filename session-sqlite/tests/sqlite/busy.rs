//! Tests of a file that another connection has locked.

use crate::folder::Folder;
use crate::support::{create, is_there};
use rusqlite::Connection;
use session_core::ErrorKind;
use session_core::error::{Outcome, Retry};
use session_sqlite::SqliteStore;
use std::time::Duration;

#[tokio::test]
async fn writes_wait_for_another_writer_within_their_time_limit_and_reads_go_on() {
    let folder = Folder::new();
    let builder = SqliteStore::builder(folder.file());
    let store = builder.operation_timeout(Duration::from_millis(300)).build().await;
    let store = store.expect("it opens");
    create(&store, "before", "").await.expect("the file is free");
    let other = Connection::open(folder.file()).expect("it opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("the file is free");

    assert!(is_there(&store, "before").await);
    let error = create(&store, "meanwhile", "").await.expect_err("the file is locked");
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unavailable, Outcome::NotApplied));
    assert_eq!(error.retry(), Retry::Later);
    let path = folder.file().display().to_string();
    assert!(error.to_string().contains("is locked by another connection"), "{error}");
    assert!(error.to_string().contains(&path), "{error}");

    other.execute_batch("COMMIT").expect("nobody else writes");
    create(&store, "after", "").await.expect("the file is free");
    assert!(!is_there(&store, "meanwhile").await, "a call that was given up begins later");
}

#[tokio::test]
async fn a_write_is_carried_out_as_soon_as_the_other_writer_is_done() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file()).await.expect("it opens");
    let other = Connection::open(folder.file()).expect("it opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("the file is free");
    let commit = async {
        tokio::task::yield_now().await;
        other.execute_batch("COMMIT").expect("nobody else writes");
    };
    let (created, ()) = tokio::join!(create(&store, "a", ""), commit);
    created.expect("the file is free in time");
}

#[tokio::test]
async fn a_file_that_is_locked_throughout_is_not_opened() {
    let folder = Folder::new();
    drop(SqliteStore::open(folder.file()).await.expect("it is created"));
    let other = Connection::open(folder.file()).expect("it opens");
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").expect("it is free");
    let builder = SqliteStore::builder(folder.file());
    let error = builder.operation_timeout(Duration::from_millis(20)).build().await;
    let error = error.expect_err("the file is locked");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
}

/// Prepares an empty file like the store, in a transaction without a commit.
fn prepare(connection: &Connection, prepared: &Connection) {
    connection.execute_batch("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE").expect("it is free");
    let mut schema =
        prepared.prepare("SELECT sql FROM sqlite_schema WHERE sql NOT NULL").expect("it is SQL");
    for sql in schema.query_map([], |row| row.get::<_, String>(0)).expect("it is read") {
        connection.execute_batch(&sql.expect("it is text")).expect("the file is empty");
    }
    for pragma in ["application_id", "user_version"] {
        let sql = format!("PRAGMA {pragma}");
        let number: i64 = prepared.query_row(&sql, [], |row| row.get(0)).expect("it is a number");
        connection.pragma_update(None, pragma, number).expect("it is a number");
    }
}

#[tokio::test]
async fn a_file_is_opened_while_the_writer_that_prepared_it_writes_all_the_time() {
    /// More polls than the thread needs to meet the lock.
    const TURNS: usize = 20_000;
    let (folder, another) = (Folder::new(), Folder::new());
    drop(SqliteStore::open(another.file()).await.expect("it opens"));
    let prepared = Connection::open(another.file()).expect("it opens");
    let other = Connection::open(folder.file()).expect("it opens");
    prepare(&other, &prepared);
    let write_on = async {
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        other.execute_batch("COMMIT; BEGIN IMMEDIATE").expect("nobody else writes");
    };
    let (opened, ()) = tokio::join!(SqliteStore::open(folder.file()), write_on);
    opened.expect("the file is prepared, so opening it writes nothing");
}
