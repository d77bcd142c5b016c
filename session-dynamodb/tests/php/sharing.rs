//! Tests of PHP processes and the store on one table.

use crate::script::{TABLE, Waiting, run};
use serde_json::{Value, json};
use session_core::random::OsRandom;
use session_core::store::{Acquired, Key, LockToken, LockingStore, Snapshot};
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, Profile, TableOptions};
use std::time::Duration;

fn locking() -> Value {
    json!({"locking": true, "session_lifetime": 3_600})
}

async fn table() -> (EmbeddedDynamoDb, DynamoDbStore) {
    let server = EmbeddedDynamoDb::start().await.expect("the server starts");
    let builder = DynamoDbStore::builder(server.client(), TABLE).locking(true);
    let store = builder.profile(Profile::AwsSdkPhp).build().expect("the settings fit");
    let options = TableOptions { time_to_live: false, ..TableOptions::default() };
    store.create_table(&options).await.expect("the table can be made");
    (server, store)
}

fn key() -> Key {
    Key::new("PHPSESSID_abc").expect("it is one")
}

async fn acquire(store: &DynamoDbStore) -> Acquired {
    let token = LockToken::draw(&OsRandom);
    store.acquire(&key(), &token, Duration::from_secs(30)).await.expect("it can be asked")
}

/// The ways in which the handler of the AWS SDK leaves a lock without a holder.
enum Leak {
    /// Its process is killed.
    Crash,
    /// It opens a session again with `read_and_close`, after its write.
    ReadAndClose,
}

async fn leaked(how: Leak, store: &DynamoDbStore, url: &str) {
    run(url, "abc", &locking(), &["n=1"]);
    match how {
        Leak::Crash => Waiting::start(url, "abc", &locking(), &["wait"]).kill(),
        Leak::ReadAndClose => {
            assert_eq!(run(url, "abc", &locking(), &["write", "peek"]).len(), 2);
        }
    }
    let busy = acquire(store).await;
    assert!(matches!(busy, Acquired::Busy { remaining: None }), "{busy:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs php with ext-curl"]
async fn the_lock_of_a_killed_php_process_stays() {
    let (server, store) = table().await;
    leaked(Leak::Crash, &store, &server.endpoint_url()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs php with ext-curl"]
async fn the_lock_of_a_session_that_php_opens_again_to_read_and_close_stays() {
    let (server, store) = table().await;
    leaked(Leak::ReadAndClose, &store, &server.endpoint_url()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs php with ext-curl"]
async fn what_php_wrote_is_read_and_a_released_session_can_be_locked() {
    let (server, store) = table().await;
    run(&server.endpoint_url(), "abc", &locking(), &["n=1", "-n", "m=2"]);
    let Acquired::Locked(Snapshot { record, .. }) = acquire(&store).await else {
        panic!("PHP released it");
    };
    assert_eq!(record.payload.as_bytes(), b"m|i:2;");
}
