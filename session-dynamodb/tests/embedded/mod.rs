//! The harness of the store for its tests, its report and its measurements.

use async_trait::async_trait;
use session_conformance::{CLOCK_SKEW, Fixture, Harness, SetupError};
use session_core::Result as StoreResult;
use session_core::store::PayloadKind;
use session_core::time::ManualClock;
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, Profile, TableOptions};
use std::sync::Arc;

/// A server for each case.
///
/// Its table has no time to live, because the sweeper uses its own clock.
pub(crate) struct Embedded {
    pub(crate) kind: PayloadKind,
    pub(crate) profile: Option<Profile>,
    pub(crate) locking: bool,
    /// Whether the fixture has a second client of the table.
    pub(crate) two_handles: bool,
}

impl Embedded {
    fn store(
        &self,
        server: &EmbeddedDynamoDb,
        clock: ManualClock,
    ) -> StoreResult<Arc<DynamoDbStore>> {
        let mut builder = DynamoDbStore::builder(server.client(), "sessions")
            .data_attribute_type(self.kind)
            .locking(self.locking)
            .clock_skew(CLOCK_SKEW)
            .clock(clock);
        if let Some(profile) = self.profile {
            builder = builder.profile(profile);
        }
        builder.build().map(Arc::new)
    }

    fn handle(&self, store: Arc<DynamoDbStore>) -> Fixture {
        if self.locking {
            Fixture::full(store)
        } else {
            Fixture::new(Arc::clone(&store) as _).with_collecting(store)
        }
    }
}

#[async_trait]
impl Harness for Embedded {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        let server = EmbeddedDynamoDb::start().await?;
        let store = self.store(&server, clock.clone())?;
        store
            .create_table(&TableOptions { time_to_live: false, ..TableOptions::default() })
            .await?;
        let mut fixture = self.handle(store);
        if self.two_handles {
            fixture = fixture.with_second_handle(self.handle(self.store(&server, clock)?));
        }
        Ok(fixture.with_teardown(async { drop(server) }))
    }
}
