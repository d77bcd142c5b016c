//! PHP processes beside each other and beside the store, on one table.

use crate::script::{TABLE, Waiting, run};
use serde_json::{Value, json};
use session_core::{Key, LockingStore, SessionStore, Snapshot};
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, Profile, TableOptions};

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

async fn stored(store: &DynamoDbStore) -> Option<Snapshot> {
    store.load(&Key::new("PHPSESSID_abc").expect("it is one")).await.expect("it can be read")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs php with ext-curl"]
async fn php_processes_take_turns_and_the_store_reads_what_they_wrote() {
    let (server, store) = table().await;
    let url = server.endpoint_url();
    let holder = Waiting::start(&url, "abc", &locking(), &["n=1", "wait"]);
    let impatient = json!({"locking": true, "max_lock_wait_time": 0});
    let waiter = json!({"locking": true});
    let late = std::thread::spawn({
        let url = url.clone();
        move || run(&url, "abc", &waiter, &["m=2"])
    });
    assert_eq!(holder.go_on(), Vec::<Value>::new());
    assert_eq!(late.join().expect("it ends"), [json!({"n": 1})]);
    assert_eq!(run(&url, "abc", &impatient, &["-n"]), [json!({"n": 1, "m": 2})]);
    let snapshot = stored(&store).await.expect("it is stored");
    assert_eq!(snapshot.record.payload.as_bytes(), b"m|i:2;");
}
