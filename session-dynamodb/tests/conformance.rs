//! The suite, against a server in the process of each test.

use async_trait::async_trait;
use session_conformance::{CLOCK_SKEW, Fixture, Harness, SetupError, suite};
use session_core::{ManualClock, PayloadKind};
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, TableOptions};
use std::sync::Arc;

/// A server for each case, whose table has no time to live: a sweeper goes by its own clock.
struct Embedded(PayloadKind);

#[async_trait]
impl Harness for Embedded {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        let server = EmbeddedDynamoDb::start().await?;
        let store = DynamoDbStore::builder(server.client(), "sessions")
            .data_attribute_type(self.0)
            .locking(true)
            .clock_skew(CLOCK_SKEW)
            .clock(clock)
            .build()?;
        store
            .create_table(&TableOptions { time_to_live: false, ..TableOptions::default() })
            .await?;
        Ok(Fixture::full(Arc::new(store)).with_teardown(async { drop(server) }))
    }
}

mod text {
    use super::{Embedded, PayloadKind, suite};

    suite!(Embedded(PayloadKind::Text));
}

mod binary {
    use super::{Embedded, PayloadKind, suite};

    suite!(Embedded(PayloadKind::Binary));
}
