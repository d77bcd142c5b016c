//! Times beyond the range of times, which other programs wrote to the table.

use crate::support::{Bench, change, key, number, text, token, version};
use aws_sdk_dynamodb::types::AttributeValue;
use session_core::store::{
    Acquired, CollectingStore, Expect, Freshness, LockDisposition, LockingStore, SessionStore,
    SweepBudget,
};
use session_core::time::{IdleTimeout, Timestamp};
use session_dynamodb::BatchConfig;
use std::num::NonZeroUsize;
use std::time::Duration;

/// A time after the last one, such as milliseconds by mistake.
const LATE: [&str; 4] = ["10000000000", "99999999999", "1700000003600", "1E30"];

async fn put(bench: &Bench, expires: &str) {
    let expires = AttributeValue::N(expires.into());
    bench.put(&key("a"), &[("expires", expires), ("data", text("data"))]).await;
}

async fn deleted(bench: &Bench) -> u64 {
    let budget = SweepBudget::new(NonZeroUsize::new(100).expect("it is not zero"));
    bench.store.sweep(&budget, None).await.expect("it sweeps").deleted
}

#[tokio::test]
async fn a_later_expiry_is_the_last_one_and_live() {
    for expires in LATE {
        let bench = Bench::new().await;
        put(&bench, expires).await;
        let found = bench
            .store
            .load(&key("a"), Freshness::AsConfigured)
            .await
            .expect("it is read")
            .expect("it is live");
        assert_eq!(found.record.expires, Timestamp::MAX, "{expires}");
        let answer = bench.store.acquire(&key("a"), &token(), Duration::from_secs(1)).await;
        assert!(matches!(answer, Ok(Acquired::Locked(_))), "{expires}");
        bench.clock.advance(Duration::from_secs(10));
        let change = change("second", LockDisposition::Keep);
        let updated = bench.store.update(&key("a"), &change, &Expect::PRESENT, &version()).await;
        assert!(updated.is_ok(), "{expires}");
    }
}

#[tokio::test]
async fn a_later_expiry_is_not_collected() {
    let each = Bench::new().await;
    let in_batches = Bench::with(|builder| builder.batch_config(BatchConfig::default())).await;
    for bench in [each, in_batches] {
        for expires in LATE {
            put(&bench, expires).await;
            bench.clock.advance(Duration::from_hours(24 * 365));
            assert_eq!(deleted(&bench).await, 0, "{expires}");
            assert!(bench.item(&key("a")).await.is_some(), "{expires}");
        }
    }
}

#[tokio::test]
async fn a_negative_expiry_is_over_and_collected() {
    let bench = Bench::new().await;
    put(&bench, "-1").await;
    assert!(
        bench.store.load(&key("a"), Freshness::AsConfigured).await.expect("it is read").is_none()
    );
    assert_eq!(deleted(&bench).await, 1);
}

#[tokio::test]
async fn a_longer_idle_timeout_is_the_longest_one() {
    let bench = Bench::new().await;
    let (expires, idle) = (number(4_000_000_000), AttributeValue::N(LATE[1].into()));
    bench.put(&key("a"), &[("expires", expires), ("idle", idle)]).await;
    let found = bench.store.load(&key("a"), Freshness::AsConfigured).await.expect("it is read");
    assert_eq!(found.expect("it is live").record.idle, Some(IdleTimeout::MAX));
}

#[tokio::test]
async fn a_later_deadline_is_the_last_one() {
    let bench = Bench::new().await;
    let (expires, deadline) = (number(4_000_000_000), AttributeValue::N(LATE[1].into()));
    bench.put(&key("a"), &[("expires", expires), ("deadline", deadline)]).await;
    let found = bench
        .store
        .load(&key("a"), Freshness::AsConfigured)
        .await
        .expect("it is read")
        .expect("it is live");
    assert_eq!(found.record.deadline, Some(Timestamp::MAX));
}
