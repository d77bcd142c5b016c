use session_core::random::OsRandom;
use session_core::store::{Freshness, Key, Payload, Record, SessionStore, Tag};
use session_core::time::Timestamp;
use session_core::{Error, Result};
use session_sqlite::SqliteStore;
use std::path::Path;

pub(crate) fn key(name: &str) -> Key {
    Key::new(name).expect("it has a name")
}

pub(crate) fn version() -> Tag {
    Tag::draw(&OsRandom)
}

pub(crate) fn record(text: &str) -> Record {
    let expires = Timestamp::from_epoch_seconds(9_000_000_000);
    Record { payload: Payload::text(text), expires, deadline: None, idle: None }
}

pub(crate) async fn create(store: &SqliteStore, name: &str, text: &str) -> Result<()> {
    store.create(&key(name), &record(text), &version()).await
}

pub(crate) async fn is_there(store: &SqliteStore, name: &str) -> bool {
    store.load(&key(name), Freshness::AsConfigured).await.expect("it is read").is_some()
}

/// The error for a file that cannot be opened.
pub(crate) async fn rejection(path: &Path) -> Error {
    SqliteStore::open(path).await.expect_err("it cannot be opened")
}
