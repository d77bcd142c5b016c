//! Tests that kill processes which write one file, or hold a lock in it.

mod rejected;

use session_conformance::{CLOCK_SKEW, Fixture, SetupError};
use session_core::time::ManualClock;
use session_sqlite::SqliteStore;
use std::path::{Path, PathBuf};
use std::sync::Arc;

session_conformance::crash_suite!(open);

async fn open(folder: PathBuf, clock: ManualClock) -> Result<Fixture, SetupError> {
    Ok(Fixture::full(Arc::new(open_file(&folder, clock).await?)))
}

async fn open_file(folder: &Path, clock: ManualClock) -> Result<SqliteStore, SetupError> {
    let builder = SqliteStore::builder(folder.join("sessions.db"));
    Ok(builder.clock_skew(CLOCK_SKEW).clock(clock).build().await?)
}
