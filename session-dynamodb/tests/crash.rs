//! Tests that kill processes which use one embedded server.

use session_conformance::{CLOCK_SKEW, Fixture, SetupError};
use session_core::time::ManualClock;
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, TableOptions, local_client};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

session_conformance::crash_suite!(open);

/// The first process of a test starts the server, and a file has its address.
async fn open(folder: PathBuf, clock: ManualClock) -> Result<Fixture, SetupError> {
    let address = folder.join("address");
    if let Ok(endpoint) = fs::read_to_string(&address) {
        return Ok(Fixture::full(Arc::new(store(&endpoint, clock)?)));
    }
    let server = EmbeddedDynamoDb::start().await?;
    fs::write(&address, server.endpoint_url())?;
    let store = store(&server.endpoint_url(), clock)?;
    store.create_table(&TableOptions::default()).await?;
    Ok(Fixture::full(Arc::new(store)).with_teardown(async { drop(server) }))
}

fn store(endpoint: &str, clock: ManualClock) -> Result<DynamoDbStore, SetupError> {
    let builder = DynamoDbStore::builder(local_client(endpoint), "sessions").locking(true);
    Ok(builder.clock_skew(CLOCK_SKEW).clock(clock).build()?)
}
