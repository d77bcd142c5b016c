//! The conformance suite against the server that `DYNAMODB_ENDPOINT` names.

use async_trait::async_trait;
use session_conformance::{CASES, CLOCK_SKEW, Fixture, Harness, SetupError};
use session_core::random::{OsRandom, Randomness};
use session_core::store::PayloadKind;
use session_core::time::ManualClock;
use session_dynamodb::{DynamoDbStore, Profile, TableOptions, local_client};
use std::env;
use std::sync::Arc;

/// A table for each case, without time to live: the sweeper uses its own clock.
struct Served {
    endpoint_url: String,
    kind: PayloadKind,
    profile: Option<Profile>,
}

#[async_trait]
impl Harness for Served {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        let mut builder = DynamoDbStore::builder(local_client(&self.endpoint_url), table_name())
            .data_attribute_type(self.kind)
            .locking(true)
            .clock_skew(CLOCK_SKEW)
            .clock(clock);
        if let Some(profile) = self.profile {
            builder = builder.profile(profile);
        }
        let store = builder.build()?;
        store
            .create_table(&TableOptions { time_to_live: false, ..TableOptions::default() })
            .await?;
        let store = Arc::new(store);
        let table = Arc::clone(&store);
        Ok(Fixture::full(store).with_teardown(async move {
            // A failure to delete the table does not fail the case.
            let _ = table.delete_table().await;
        }))
    }
}

fn table_name() -> String {
    let mut nonce = [0; 8];
    OsRandom.fill(&mut nonce);
    format!("conformance-{:016x}", u64::from_le_bytes(nonce))
}

async fn every_case_passes(kind: PayloadKind, profile: Option<Profile>) {
    let endpoint_url = env::var("DYNAMODB_ENDPOINT").expect("DYNAMODB_ENDPOINT names a server");
    let harness = Served { endpoint_url, kind, profile };
    let mut failures = Vec::new();
    for case in CASES {
        if let Err(failure) = case.run(&harness).await {
            failures.push(format!("{case}: {failure}"));
        }
    }
    println!("{} cases of {} passed", CASES.len() - failures.len(), CASES.len());
    assert!(failures.is_empty(), "{} cases failed:\n{}", failures.len(), failures.join("\n"));
}

#[tokio::test]
#[ignore = "needs DYNAMODB_ENDPOINT"]
async fn every_case_passes_with_text() {
    every_case_passes(PayloadKind::Text, None).await;
}

#[tokio::test]
#[ignore = "needs DYNAMODB_ENDPOINT"]
async fn every_case_passes_with_binary() {
    every_case_passes(PayloadKind::Binary, None).await;
}

/// The profile with the most exceptions: content versions, and ignored locks.
#[tokio::test]
#[ignore = "needs DYNAMODB_ENDPOINT"]
async fn every_case_passes_in_a_table_that_is_shared_with_php() {
    every_case_passes(PayloadKind::Text, Some(Profile::AsyncAws)).await;
}
