//! Tests of settings out of their range.

use crate::folder::Folder;
use session_core::ErrorKind;
use session_core::store::SessionStore;
use session_sqlite::{SqliteStore, SqliteStoreBuilder};
use std::time::Duration;

#[tokio::test]
async fn settings_out_of_range_are_rejected_with_the_range() {
    let folder = Folder::new();
    let with = |set: fn(SqliteStoreBuilder) -> SqliteStoreBuilder| {
        set(SqliteStore::builder(folder.file()))
    };
    for (builder, says) in [
        (SqliteStore::builder(""), "path is ``: it must be the path of a file"),
        (SqliteStore::builder(":memory:"), "for sessions in memory use session-memory"),
        (
            with(|builder| builder.clock_skew(Duration::from_secs(301))),
            "clock_skew is 301s: it must be 0 to 300 seconds",
        ),
        (
            with(|builder| builder.operation_timeout(Duration::ZERO)),
            "operation_timeout is 0ns: it must be 0.01 to 300 seconds",
        ),
        (
            with(|builder| builder.max_record_bytes(0)),
            "max_record_bytes is 0: it must be 1024 to 67108864",
        ),
        (with(|builder| builder.max_bytes(1)), "max_bytes is 1: it must be 65536 to"),
    ] {
        let error = builder.build().await.expect_err("it is out of range");
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(says), "{error}");
    }
    assert!(!folder.file().exists(), "nothing is opened");
}

#[tokio::test]
async fn the_largest_record_is_declared() {
    let folder = Folder::new();
    let store = SqliteStore::builder(folder.file()).max_record_bytes(2_048).build().await;
    let capabilities = store.expect("it opens").capabilities();
    assert_eq!(capabilities.max_record_bytes(), Some(2_048));
}

#[test]
fn a_runtime_without_timers_is_reported() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it is built");
    let folder = Folder::new();
    let error = runtime.block_on(SqliteStore::open(folder.file())).expect_err("no timers");
    assert!(error.to_string().contains("enable_time"), "{error}");
}
