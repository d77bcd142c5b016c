//! Tests of the time by which a read decides.

use crate::support::{Bench, at, key, record, version};
use futures_util::future::poll_immediate;
use session_core::store::{Expect, Freshness, LockDisposition, Record, SessionStore, Touch};
use std::pin::pin;
use std::time::Duration;
use tokio::task::yield_now;

/// With a later time, the read would report a live session as gone (R1, R10).
#[tokio::test]
async fn a_load_goes_by_the_time_of_its_request() {
    let (bench, key) = (Bench::new().await, key("a"));
    let short = Record { expires: at(10), ..record("data") };
    bench.other.create(&key, &short, &version()).await.expect("it is created");
    bench.store.load(&key, Freshness::AsConfigured).await.expect("it is connected now");
    bench.wire.take_log();

    let mut load = pin!(bench.store.load(&key, Freshness::AsConfigured));
    while bench.wire.take_log().is_empty() {
        assert!(poll_immediate(&mut load).await.is_none(), "it is answered before it is sent");
        yield_now().await;
    }
    let touch = Touch { expires: at(3_600), lock: LockDisposition::Keep };
    bench.other.touch(&key, &touch, &Expect::PRESENT).await.expect("it is alive");
    bench.clock.advance(Duration::from_secs(20));

    let found = load.await.expect("it can be read").expect("it has always been alive");
    assert_eq!(found.record.expires, at(10));
}
