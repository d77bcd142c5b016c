//! Tests of sessions from opening to commits, with their requests.

use crate::wire::Wire;
use session_core::codec::{Base64, Json};
use session_core::store::Deletion;
use session_core::{Committed, LastWriteWins, Sessions};
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, TableOptions};
use session_locking::Pessimistic;
use std::sync::Arc;

struct Counter {
    sessions: Sessions<u64>,
    wire: Wire,
    _server: EmbeddedDynamoDb,
}

impl Counter {
    async fn new(locking: bool) -> Self {
        let server = EmbeddedDynamoDb::start().await.expect("it starts");
        let wire = Wire::default();
        let client = wire.under(&server.client());
        let builder = DynamoDbStore::builder(client, "sessions").locking(locking);
        let store = builder.build().expect("they fit");
        store.create_table(&TableOptions::default()).await.expect("it can be created");
        wire.take_log();
        let builder = if locking {
            Sessions::builder(Pessimistic::new(store), Base64::new(Json::new()))
        } else {
            Sessions::builder(LastWriteWins::new(store), Json::new())
        };
        Self { sessions: builder.build().expect("they fit"), wire, _server: server }
    }

    /// The requests since the last call.
    fn sent(&self) -> Vec<String> {
        self.wire.take_log().into_iter().map(|sent| sent.action).collect()
    }

    async fn count(&self, id: Option<&str>) -> String {
        let mut session = self.sessions.open(id).await.expect("it opens");
        *session.data_mut() += 1;
        let committed = session.commit().await.expect("it commits");
        let Committed::Stored { id, .. } = committed else {
            panic!("it is not stored: {committed:?}");
        };
        id.secret().to_owned()
    }
}

#[tokio::test]
async fn without_locking_a_changed_session_is_a_read_and_a_write() {
    let counter = Counter::new(false).await;
    let id = counter.count(None).await;
    assert_eq!(counter.sent(), ["UpdateItem"], "a new session");
    counter.count(Some(&id)).await;
    assert_eq!(counter.sent(), ["GetItem", "UpdateItem"], "a changed session");
    counter.sessions.read(Some(&id)).await.expect("it opens");
    assert_eq!(counter.sent(), ["GetItem"], "a session that is only read");
    let _ = counter
        .sessions
        .open(Some(&id))
        .await
        .expect("it opens")
        .commit()
        .await
        .expect("it commits");
    assert_eq!(counter.sent(), ["GetItem"], "an unchanged session");
}

#[tokio::test]
async fn with_locking_too() {
    let counter = Counter::new(true).await;
    let id = counter.count(None).await;
    assert_eq!(counter.sent(), ["UpdateItem"], "a new session");
    counter.count(Some(&id)).await;
    assert_eq!(counter.sent(), ["UpdateItem", "UpdateItem"], "a changed session");
    let _ = counter
        .sessions
        .open(Some(&id))
        .await
        .expect("it opens")
        .commit()
        .await
        .expect("it commits");
    assert_eq!(counter.sent(), ["UpdateItem", "UpdateItem"], "an unchanged session, unlocked");
    let mut session = counter.sessions.open(Some(&id)).await.expect("it opens");
    session.rotate().expect("the store rotates");
    let committed = session.commit().await.expect("it commits");
    assert_eq!(counter.sent(), ["UpdateItem", "TransactWriteItems"], "a rotated session");
    let id = committed.id().expect("it is stored").secret();
    let session = counter.sessions.open(Some(id)).await.expect("it opens");
    session.destroy().await.expect("it is destroyed");
    assert_eq!(counter.sent(), ["UpdateItem", "DeleteItem"], "a destroyed session");
}

#[tokio::test]
async fn concurrent_increments_are_all_counted_under_locking() {
    let counter = Arc::new(Counter::new(true).await);
    let id = counter.count(None).await;
    let counting = (0..20).map(|_| {
        let (counter, id) = (Arc::clone(&counter), id.clone());
        tokio::spawn(async move { counter.count(Some(&id)).await })
    });
    for count in counting.collect::<Vec<_>>() {
        count.await.expect("it does not panic");
    }
    let read = counter.sessions.read(Some(&id)).await.expect("it can be read");
    assert_eq!(read.data(), &21);
    let attempts = counter.sent().len();
    assert!(attempts <= 2 + 2 * 21 + 1, "{attempts} requests: the waiters asked too often");
}

#[tokio::test]
async fn a_destroyed_session_is_gone() {
    let counter = Counter::new(false).await;
    let id = counter.count(None).await;
    let id = session_core::SessionId::parse(&id).expect("it is one");
    let destroyed = counter.sessions.destroy(Some(id.secret())).await.expect("it can be destroyed");
    assert_eq!(destroyed, Deletion::Deleted);
    let read = counter.sessions.read(Some(id.secret())).await.expect("it can be read");
    assert_eq!(read.data(), &0);
}
