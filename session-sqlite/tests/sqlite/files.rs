//! Tests of the files that the store opens, and of those that it rejects unchanged.

use crate::folder::Folder;
use crate::support::{create, is_there, rejection};
use rusqlite::Connection;
use session_core::{ErrorKind, Result};
use session_sqlite::SqliteStore;
use std::path::Path;
use std::thread;

/// A file that a program made by this SQL.
fn made(sql: &str) -> Folder {
    let folder = Folder::new();
    let connection = Connection::open(folder.file()).expect("it is made");
    connection.execute_batch(sql).expect("it is SQL");
    folder
}

async fn assert_rejected_unchanged(folder: &Folder, says: &str) {
    let before = std::fs::read(folder.file()).expect("it is there");
    let error = rejection(&folder.file()).await;
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    let text = error.to_string();
    let path = folder.file().display().to_string();
    assert!(text.contains(says) && text.contains(&path), "{text}");
    assert_eq!(std::fs::read(folder.file()).expect("it is there"), before);
}

#[tokio::test]
async fn files_of_other_applications_are_rejected_and_stay_as_they_are() {
    for sql in [
        "CREATE TABLE sessions (id TEXT, data TEXT)",
        "CREATE TABLE invoices (id TEXT)",
        "PRAGMA application_id = 7; CREATE TABLE sessions (key TEXT)",
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 3",
    ] {
        assert_rejected_unchanged(&made(sql), "belongs to another application").await;
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_rejected() {
    let folder = Folder::new();
    std::fs::write(folder.file(), "a letter to a friend, ".repeat(100)).expect("it is written");
    assert_rejected_unchanged(&folder, "is not an SQLite database").await;
}

#[tokio::test]
async fn a_newer_schema_is_rejected_with_both_versions() {
    let folder = Folder::new();
    drop(SqliteStore::open(folder.file()).await.expect("it is created"));
    let connection = Connection::open(folder.file()).expect("it opens");
    connection.execute_batch("PRAGMA user_version = 2").expect("it is SQL");
    drop(connection);
    assert_rejected_unchanged(
        &folder,
        "schema version 2, and this version of session-sqlite knows 1",
    )
    .await;
}

#[tokio::test]
async fn a_table_of_another_shape_is_rejected() {
    let without_idle_timeouts = "key TEXT PRIMARY KEY, payload BLOB, is_text INTEGER, version BLOB, \
                                 expires INTEGER, deadline INTEGER, lock_token TEXT, \
                                 lock_end INTEGER";
    for columns in ["key TEXT PRIMARY KEY, payload BLOB", without_idle_timeouts] {
        let sql = format!(
            "PRAGMA application_id = 0x53657373; PRAGMA user_version = 1; \
             CREATE TABLE sessions ({columns})"
        );
        assert_rejected_unchanged(&made(&sql), "a table `sessions` of another shape").await;
    }
}

#[tokio::test]
async fn a_missing_file_is_created_unless_the_builder_says_otherwise() {
    let folder = Folder::new();
    let error = SqliteStore::builder(folder.file()).create(false).build().await;
    let error = error.expect_err("it is missing").to_string();
    assert!(error.contains("does not exist"), "{error}");
    assert!(!folder.file().exists());

    let store = SqliteStore::open(folder.file()).await.expect("it is created");
    create(&store, "a", "").await.expect("it is created");
    drop(store);
    let store = SqliteStore::builder(folder.file()).create(false).build().await;
    assert!(is_there(&store.expect("it is there"), "a").await);
}

#[tokio::test]
async fn an_empty_file_is_filled_unless_the_builder_says_otherwise() {
    let folder = Folder::new();
    std::fs::write(folder.file(), "").expect("it is written");
    let error = SqliteStore::builder(folder.file()).create(false).build().await;
    let error = error.expect_err("there is no table").to_string();
    assert!(error.contains("is empty"), "{error}");
    SqliteStore::open(folder.file()).await.expect("it is filled");
}

#[tokio::test]
async fn a_missing_folder_and_a_folder_in_place_of_the_file_are_rejected() {
    let folder = Folder::new();
    let file = folder.file();
    for path in [file.join("sessions.db"), file.parent().expect("it has one").to_owned()] {
        let error = rejection(&path).await;
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("cannot be opened: its folder must exist"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn stores_that_create_one_file_at_the_same_time_all_open_it() {
    for _ in 0..10 {
        let folder = Folder::new();
        let opened: Vec<Result<SqliteStore>> = thread::scope(|scope| {
            let openings: Vec<_> = (0..6).map(|_| scope.spawn(|| open(&folder.file()))).collect();
            openings.into_iter().map(|opening| opening.join().expect("no panic")).collect()
        });
        let stores: Vec<_> = opened.into_iter().map(|store| store.expect("it opens")).collect();
        create(&stores[0], "a", "").await.expect("it is created");
        assert!(is_there(&stores[5], "a").await);
    }
}

fn open(path: &Path) -> Result<SqliteStore> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("it is built").block_on(SqliteStore::open(path))
}
