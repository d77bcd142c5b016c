//! The harness of the store, which its tests share.

use crate::folder::Folder;
use async_trait::async_trait;
use session_conformance::{CLOCK_SKEW, Fixture, Harness, SetupError};
use session_core::store::{Freshness, Key, SessionStore};
use session_core::time::ManualClock;
use session_sqlite::{SqliteStore, Synchronous};
use std::sync::Arc;

/// Waits for the calls before it: a handle makes them one after the other.
async fn settle(store: Arc<SqliteStore>) {
    let any = Key::new("any").expect("it is not empty");
    store.load(&any, Freshness::Latest).await.expect("the file is there");
}

/// A file for each case.
///
/// The tests do not wait for the disk, which matters only at a loss of power.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct InFile {
    /// Whether the fixture has a second handle.
    ///
    /// Its connections behave like those of another process.
    pub(crate) two_handles: bool,
    /// The size limit of a record, and the bound of the file.
    pub(crate) limits: Option<(usize, u64)>,
}

#[async_trait]
impl Harness for InFile {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        let folder = Folder::new();
        let handle = async || {
            let builder = SqliteStore::builder(folder.file()).synchronous(Synchronous::Normal);
            let mut builder = builder.clock_skew(CLOCK_SKEW).clock(clock.clone());
            if let Some((max_record_bytes, max_bytes)) = self.limits {
                builder = builder.max_record_bytes(max_record_bytes).max_bytes(max_bytes);
            }
            let store = Arc::new(builder.build().await?);
            let reader = Arc::clone(&store);
            let fixture = Fixture::full(store).with_settle(move || settle(Arc::clone(&reader)));
            Ok::<_, SetupError>(fixture)
        };
        let mut fixture = handle().await?;
        if self.two_handles {
            fixture = fixture.with_second_handle(handle().await?);
        }
        Ok(fixture.with_teardown(async { drop(folder) }))
    }
}
