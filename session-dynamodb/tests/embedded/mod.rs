//! The harness of the store, which its tests, its report and its measurements use.

use async_trait::async_trait;
use session_conformance::{CLOCK_SKEW, Fixture, Harness, SetupError};
use session_core::store::PayloadKind;
use session_core::time::ManualClock;
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, Profile, TableOptions};
use std::sync::Arc;

/// A server for each case, whose table has no time to live: a sweeper goes by its own clock.
pub(crate) struct Embedded {
    pub(crate) kind: PayloadKind,
    pub(crate) profile: Option<Profile>,
    pub(crate) locking: bool,
}

#[async_trait]
impl Harness for Embedded {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        let server = EmbeddedDynamoDb::start().await?;
        let mut builder = DynamoDbStore::builder(server.client(), "sessions")
            .data_attribute_type(self.kind)
            .locking(self.locking)
            .clock_skew(CLOCK_SKEW)
            .clock(clock);
        if let Some(profile) = self.profile {
            builder = builder.profile(profile);
        }
        let store = Arc::new(builder.build()?);
        store
            .create_table(&TableOptions { time_to_live: false, ..TableOptions::default() })
            .await?;
        let fixture = if self.locking {
            Fixture::full(store)
        } else {
            Fixture::new(Arc::clone(&store) as _).with_collecting(store)
        };
        Ok(fixture.with_teardown(async { drop(server) }))
    }
}
