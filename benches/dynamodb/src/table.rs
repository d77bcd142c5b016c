//! The tables of the measurements, and the sessions in them.

use aws_sdk_dynamodb::Client;
use session_benches::{HOUR, key};
use session_core::random::OsRandom;
use session_core::store::{Payload, Record, SessionStore, Tag};
use session_core::time::{Clock, SystemClock};
use session_dynamodb::{DynamoDbStore, TableOptions};

/// A store in a table that is made anew, with locking.
pub(crate) async fn new_table(client: &Client, name: &str) -> DynamoDbStore {
    let store = DynamoDbStore::builder(client.clone(), name).locking(true).build();
    let store = store.expect("the settings fit");
    store.delete_table().await.expect("the server deletes tables");
    let options = TableOptions { time_to_live: false, ..TableOptions::default() };
    store.create_table(&options).await.expect("the server creates tables");
    store
}

/// Puts a session with this payload under its number; it lives for an hour.
pub(crate) async fn put(store: &DynamoDbStore, session: usize, payload: Payload) {
    let expires = SystemClock.now().timestamp().saturating_add(HOUR);
    let record = Record { payload, expires, deadline: None, idle: None };
    let created = store.create(&key(session), &record, &Tag::draw(&OsRandom)).await;
    created.expect("the table is new");
}
