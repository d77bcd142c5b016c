//! Opening a session under a lock ends in time while the network fails.

use crate::network::Network;
use crate::support::{Bench, TABLE};
use crate::wire::{Fate, Sent};
use session_conformance::proxy::{Fault, HttpFault, HttpReply};
use session_core::codec::Json;
use session_core::time::Timer;
use session_core::time::TokioTimer;
use session_core::{Error, ErrorKind, Sessions};
use session_dynamodb::{DynamoDbStore, DynamoDbStoreBuilder, TableOptions};
use session_locking::{LockOptions, Pessimistic};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(1);
const REQUEST: Duration = Duration::from_millis(200);
const AT_MOST: Duration = Duration::from_secs(4);

fn impatient(network: &Network) -> (DynamoDbStoreBuilder, LockOptions) {
    let builder = DynamoDbStore::builder(network.client(), TABLE).locking(true);
    let mut options = LockOptions::default();
    (options.max_lock_wait_time, options.request_timeout) = (WAIT, REQUEST);
    (builder.request_timeout(REQUEST), options)
}

fn by_default(network: &Network) -> (DynamoDbStoreBuilder, LockOptions) {
    (DynamoDbStore::builder(network.client(), TABLE).locking(true), LockOptions::default())
}

/// Sessions with one that is stored, and its id.
async fn given(builder: DynamoDbStoreBuilder, options: LockOptions) -> (Sessions<u64>, String) {
    let store = Arc::new(builder.build().expect("the settings fit"));
    store.create_table(&TableOptions::default()).await.expect("it is there");
    let strategy = Pessimistic::new(store).with_options(options);
    let sessions = Sessions::builder(strategy, Json::new()).build().expect("they fit");
    let mut session = sessions.open(None).await.expect("it is new");
    *session.data_mut() = 1;
    let committed = session.commit().await.expect("it is stored");
    let id = committed.id().expect("there is data").secret().to_owned();
    (sessions, id)
}

async fn opened_within(sessions: &Sessions<u64>, id: &str, limit: Duration) -> Option<Error> {
    let timer = TokioTimer::new();
    let opened = sessions.open(Some(id)).await;
    let took = timer.elapsed();
    assert!(took < limit, "it took {took:?}");
    opened.err()
}

#[tokio::test]
async fn opening_ends_in_time_with_every_fault_of_the_endpoint() {
    let slow = Fault::SlowReply { piece: NonZeroUsize::MIN, pause: Duration::from_millis(20) };
    for fault in [Fault::Silence, slow, Fault::DelayReply(Duration::from_secs(2))] {
        let network = Network::new().await;
        let (builder, options) = impatient(&network);
        let (sessions, id) = given(builder, options).await;
        network.proxy.always(HttpFault::Wire(fault));
        let error = opened_within(&sessions, &id, AT_MOST).await.expect("nothing is heard in time");
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{fault:?}: nobody holds the lock");
    }
}

#[tokio::test]
async fn waiters_on_a_silent_endpoint_get_unavailable_and_not_a_lock_timeout() {
    let network = Network::new().await;
    let (builder, options) = impatient(&network);
    let (sessions, id) = given(builder, options).await;
    network.proxy.always(HttpFault::Wire(Fault::Silence));
    let (first, second) = tokio::join!(
        opened_within(&sessions, &id, AT_MOST),
        opened_within(&sessions, &id, AT_MOST)
    );
    for error in [first, second] {
        assert_eq!(error.expect("nothing is heard").kind(), ErrorKind::Unavailable);
    }
}

#[tokio::test]
async fn an_endpoint_that_throttles_for_half_of_the_wait_is_waited_for() {
    let network = Network::new().await;
    let (builder, options) = impatient(&network);
    let (sessions, id) = given(builder, options).await;
    let throttled = HttpReply::new(400).with_header("content-type", "application/x-amz-json-1.0");
    let body = r#"{"__type":"ProvisionedThroughputExceededException"}"#;
    network.proxy.always(HttpFault::Answer(throttled.with_body(body)));
    let (error, ()) = tokio::join!(opened_within(&sessions, &id, AT_MOST), async {
        TokioTimer::new().sleep(WAIT / 2).await;
        network.proxy.clear();
    });
    assert!(error.is_none(), "{error:?}");
}

/// A rejected acquisition has locked nothing, so the strategy sends no release.
#[tokio::test]
async fn a_throttled_opening_sends_no_releases() {
    let bench = Bench::new().await;
    let client = bench.wire.under(&bench.server.client());
    let options = LockOptions { max_lock_wait_time: WAIT, ..LockOptions::default() };
    let builder = DynamoDbStore::builder(client, TABLE).locking(true);
    let (sessions, id) = given(builder, options).await;
    bench.wire.take_log();
    let throttled = r#"{"__type":"ProvisionedThroughputExceededException"}"#;
    bench.wire.plan(vec![Fate::Answer(400, throttled); 10_000]);
    let error = opened_within(&sessions, &id, AT_MOST).await.expect("it is throttled");
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(sessions.drain(AT_MOST).await.is_complete());
    let sent = bench.wire.take_log();
    let locks = |sent: &Sent| sent.body["UpdateExpression"].as_str().unwrap().starts_with("SET");
    assert!(sent.iter().all(locks), "a request that is no attempt to lock");
}

#[tokio::test]
async fn a_denied_opening_sends_one_request() {
    let network = Network::new().await;
    let (builder, options) = impatient(&network);
    let (sessions, id) = given(builder, options).await;
    let denied = HttpReply::new(400).with_header("content-type", "application/x-amz-json-1.0");
    let body = r#"{"__type":"AccessDeniedException"}"#;
    let before = network.proxy.requests();
    network.proxy.always(HttpFault::Answer(denied.with_body(body)));
    let error = opened_within(&sessions, &id, AT_MOST).await.expect("it is denied");
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert!(sessions.drain(AT_MOST).await.is_complete(), "nothing is released in the background");
    assert_eq!(network.proxy.requests() - before, 1);
}

#[tokio::test]
#[ignore = "needs 11 s: it waits by the default options"]
async fn by_default_opening_ends_a_request_after_the_longest_wait() {
    let network = Network::new().await;
    let (builder, options) = by_default(&network);
    let (sessions, id) = given(builder, options).await;
    network.proxy.always(HttpFault::Wire(Fault::Silence));
    let error = opened_within(&sessions, &id, Duration::from_secs(13)).await;
    assert_eq!(error.expect("nothing is heard").kind(), ErrorKind::Unavailable);
}
