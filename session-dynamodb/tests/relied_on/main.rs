//! Checks of the server behaviors that the store relies on.
//!
//! They run on the embedded server, and on the server that `DYNAMODB_ENDPOINT` names.

mod behaviors;
mod conditions;
mod tables;
mod transactions;
mod updates;

use behaviors::{BEHAVIORS, assert_behaviors};
use session_core::random::{OsRandom, Randomness};
use session_dynamodb::{EmbeddedDynamoDb, local_client};
use std::env;

/// The differences between dynoxide 3.2 and DynamoDB.
const OF_DYNOXIDE: [&str; 1] = ["time_to_live_enabled_twice_is_invalid"];
/// The differences between ministack 1.5 and DynamoDB.
const OF_MINISTACK: [&str; 1] = ["time_to_live_enabled_twice_is_invalid"];

fn table_name() -> String {
    let mut nonce = [0; 8];
    OsRandom.fill(&mut nonce);
    format!("relied-on-{:016x}", u64::from_le_bytes(nonce))
}

#[tokio::test]
async fn the_embedded_server_does_what_the_store_relies_on() {
    let server = EmbeddedDynamoDb::start().await.expect("it starts");
    assert_behaviors(&server.client(), table_name, &OF_DYNOXIDE).await;
}

#[tokio::test]
#[ignore = "needs DYNAMODB_ENDPOINT"]
async fn the_endpoint_does_what_the_store_relies_on() {
    let endpoint_url = env::var("DYNAMODB_ENDPOINT").expect("DYNAMODB_ENDPOINT names a server");
    assert_behaviors(&local_client(&endpoint_url), table_name, &OF_MINISTACK).await;
}

#[test]
fn the_page_lists_every_behavior() {
    let page = include_str!("../../docs/relied-on.md");
    for (behavior, _) in BEHAVIORS {
        assert!(page.contains(&format!("`{behavior}`")), "{behavior} is not in docs/relied-on.md");
    }
    let listed = page.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(listed, BEHAVIORS.len(), "behaviors that are listed and not checked");
}
