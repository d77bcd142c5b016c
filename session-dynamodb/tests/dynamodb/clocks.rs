//! A collector compares the system's and the server's clock before it deletes.

use crate::support::{Bench, TABLE, key, number, text};
use crate::wire::{Fate, Wire};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use session_core::store::{CollectingStore, Sweep, SweepBudget};
use session_core::time::{Clock, SystemClock, Timestamp};
use session_core::{ErrorKind, Result};
use session_dynamodb::{BatchConfig, DynamoDbStore, DynamoDbStoreBuilder};
use std::num::NonZeroUsize;
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);

/// Sweeps a table by the system's clock, while each reply has this `Date`.
///
/// The table has an expired session.
async fn sweep(
    date: Option<Timestamp>,
    set: impl Fn(DynamoDbStoreBuilder) -> DynamoDbStoreBuilder,
) -> (Result<Sweep>, usize) {
    let (bench, wire) = (Bench::new().await, Wire::default());
    bench.put(&key("a"), &[("expires", number(1)), ("data", text("data"))]).await;
    let builder = DynamoDbStore::builder(wire.under(&bench.server.client()), TABLE);
    let store = set(builder.scan_segments(NonZeroUsize::MIN)).build().expect("the settings fit");
    let date = date.map(|date| {
        let seconds = i64::try_from(date.as_epoch_seconds()).expect("it has ten digits");
        DateTime::from_secs(seconds).fmt(Format::HttpDate).expect("it is a date")
    });
    wire.plan([Fate::Dated(date)]);
    let budget = SweepBudget::new(NonZeroUsize::new(100).expect("it is not zero"));
    let swept = store.sweep(&budget, None).await;
    assert_eq!(bench.item(&key("a")).await.is_some(), swept.is_err());
    (swept, wire.take_log().len())
}

fn now() -> Timestamp {
    SystemClock.now().timestamp()
}

#[tokio::test]
async fn a_clock_that_differs_from_the_servers_deletes_nothing() {
    let behind = SystemClock.now().saturating_sub(HOUR).timestamp();
    for date in [now().saturating_add(HOUR), behind, now().saturating_add(HOUR / 30)] {
        let (swept, sent) = sweep(Some(date), |builder| builder).await;
        let error = swept.expect_err("the clocks differ");
        assert_eq!((error.kind(), sent), (ErrorKind::Config, 1), "{error}");
        let batches = |builder: DynamoDbStoreBuilder| builder.batch_config(BatchConfig::default());
        let (swept, sent) = sweep(Some(date), batches).await;
        assert_eq!((swept.expect_err("the clocks differ").kind(), sent), (ErrorKind::Config, 1));
    }
}

#[tokio::test]
async fn a_clock_that_is_right_deletes_what_is_expired() {
    let nearly = SystemClock.now().saturating_sub(HOUR / 120).timestamp();
    for date in [now(), nearly, now().saturating_add(HOUR / 120)] {
        let (swept, _) = sweep(Some(date), |builder| builder).await;
        assert_eq!(swept.expect("the clocks agree").deleted, 1);
    }
}

#[tokio::test]
async fn without_a_date_there_is_nothing_to_compare() {
    let (swept, _) = sweep(None, |builder| builder).await;
    assert_eq!(swept.expect("nothing is known of the server's clock").deleted, 1);
}

#[tokio::test]
async fn a_clock_that_is_set_is_not_compared() {
    let date = now().saturating_add(HOUR);
    let (swept, _) = sweep(Some(date), |builder| builder.clock(SystemClock)).await;
    assert_eq!(swept.expect("the clock is the application's").deleted, 1);
}
