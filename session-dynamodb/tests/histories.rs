//! Concurrent operations of random clients on one table are linearizable.

use async_trait::async_trait;
use session_conformance::histories::{Options, Scheduling, check};
use session_conformance::{CLOCK_SKEW, Fixture, Harness, SetupError};
use session_core::random::{OsRandom, Randomness};
use session_core::time::ManualClock;
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, TableOptions, local_client};
use std::env;
use std::sync::Arc;

/// A server for each history.
///
/// Its table has no time to live, because the sweeper uses its own clock.
struct Embedded;

/// A table for each history, on its own server.
struct Served {
    endpoint_url: String,
}

#[async_trait]
impl Harness for Embedded {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        let server = EmbeddedDynamoDb::start().await?;
        let store = DynamoDbStore::builder(server.client(), "sessions");
        let store = store.locking(true).clock_skew(CLOCK_SKEW).clock(clock).build()?;
        store.create_table(&without_time_to_live()).await?;
        Ok(Fixture::full(Arc::new(store)).with_teardown(async { drop(server) }))
    }
}

#[async_trait]
impl Harness for Served {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        let store = DynamoDbStore::builder(local_client(&self.endpoint_url), table_name());
        let store = store.locking(true).clock_skew(CLOCK_SKEW).clock(clock).build()?;
        store.create_table(&without_time_to_live()).await?;
        let store = Arc::new(store);
        let table = Arc::clone(&store);
        Ok(Fixture::full(store).with_teardown(async move {
            // A failure to delete the table does not fail the history.
            let _ = table.delete_table().await;
        }))
    }
}

impl Served {
    fn from_environment() -> Self {
        let endpoint_url = env::var("DYNAMODB_ENDPOINT").expect("DYNAMODB_ENDPOINT names a server");
        Self { endpoint_url }
    }
}

fn without_time_to_live() -> TableOptions {
    TableOptions { time_to_live: false, ..TableOptions::default() }
}

fn table_name() -> String {
    let mut nonce = [0; 8];
    OsRandom.fill(&mut nonce);
    format!("histories-{:016x}", u64::from_le_bytes(nonce))
}

/// Checks that histories are linearizable, and that their operations overlapped.
///
/// There are few histories, because each makes a table. A third of the operations must overlap with
/// another one. Those of the set-up and the final reads never overlap.
fn assert_linearizable(harness: &dyn Harness, scheduling: Scheduling) {
    match check(harness, &Options::new(scheduling).cases(24).runs(4)) {
        Ok(report) => {
            println!("{report}");
            assert!(report.overlapping * 3 > report.operations, "{report}");
        }
        Err(failure) => panic!("{failure}\n"),
    }
}

#[test]
fn histories_of_clients_that_take_turns_are_linearizable() {
    assert_linearizable(&Embedded, Scheduling::Drawn);
}

#[test]
fn histories_of_clients_on_threads_are_linearizable() {
    assert_linearizable(&Embedded, Scheduling::Threads);
}

#[test]
#[ignore = "needs DYNAMODB_ENDPOINT"]
fn histories_of_clients_that_take_turns_are_linearizable_on_the_endpoint() {
    assert_linearizable(&Served::from_environment(), Scheduling::Drawn);
}

#[test]
#[ignore = "needs DYNAMODB_ENDPOINT"]
fn histories_of_clients_on_threads_are_linearizable_on_the_endpoint() {
    assert_linearizable(&Served::from_environment(), Scheduling::Threads);
}
