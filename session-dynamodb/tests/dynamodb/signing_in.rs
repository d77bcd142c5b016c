//! The commit of a sign-in is one request with new data, new id and release.

use crate::support::{Bench, TABLE, key, pausing};
use session_core::codec::RawString;
use session_core::strategy::Strategy;
use session_core::{KeyScheme, LastWriteWins, Optimistic, Sessions};
use session_dynamodb::DynamoDbStore;
use session_locking::Pessimistic;
use std::sync::Arc;
use std::time::Duration;

fn store(bench: &Bench, locks: bool) -> Arc<DynamoDbStore> {
    let builder = DynamoDbStore::builder(bench.wire.under(&bench.server.client()), TABLE);
    let builder = pausing(builder, &bench.pause).locking(locks).clock(bench.clock.clone());
    Arc::new(builder.build().expect("it fits"))
}

fn sessions(bench: &Bench, strategy: impl Strategy) -> Sessions<String> {
    let builder = Sessions::builder(strategy, RawString::new()).key_scheme(KeyScheme::Plain);
    builder.clock(bench.clock.clone()).build().expect("they fit")
}

/// Signs in with this data, and checks the requests of opening and committing.
async fn assert_sends(bench: &Bench, sessions: &Sessions<String>, data: &str, opening: &str) {
    bench.given("abc").await;
    bench.wire.take_log();
    let mut session = sessions.open(Some("abc")).await.expect("it is free");
    assert_eq!(sent(bench), [opening], "{sessions:?}");
    data.clone_into(session.data_mut());
    let new = session.rotate().expect("the store rotates").clone();
    assert!(sent(bench).is_empty(), "a rotation sends nothing: {sessions:?}");
    let committed = session.commit().await.expect("nothing is in the way");
    assert!(sessions.drain(Duration::from_secs(5)).await.is_complete());
    assert_eq!(sent(bench), ["TransactWriteItems"], "{sessions:?}");
    assert_eq!(committed.id(), Some(&new));
    assert_eq!(bench.data(&key(new.secret())).await.as_deref(), Some(data));
    assert!(bench.item(&key("abc")).await.is_none());
}

fn sent(bench: &Bench) -> Vec<String> {
    bench.wire.take_log().into_iter().map(|sent| sent.action).collect()
}

#[tokio::test]
async fn a_sign_in_is_one_request_after_the_opening_under_each_strategy() {
    let bench = Bench::new().await;
    // `given` writes the same name, so the second commit only rotates.
    for data in ["signed in", "abc"] {
        let last_write_wins = sessions(&bench, LastWriteWins::new(store(&bench, false)));
        assert_sends(&bench, &last_write_wins, data, "GetItem").await;
        let optimistic = sessions(&bench, Optimistic::new(store(&bench, false)));
        assert_sends(&bench, &optimistic, data, "GetItem").await;
        let pessimistic = sessions(&bench, Pessimistic::new(store(&bench, true)));
        assert_sends(&bench, &pessimistic, data, "UpdateItem").await;
    }
}
