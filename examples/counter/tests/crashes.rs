//! Tests of holders of a lock that crash or hang, as real processes on one table.
#![cfg(unix)]

#[expect(dead_code, reason = "these tests need less of the client than those of the counting")]
mod client;
#[expect(dead_code, reason = "these tests read nothing of what is printed")]
mod process;
mod table;

use process::Process;
use reqwest::StatusCode;
use session_kit::time::{Clock, EpochMillis, SystemClock};
use std::time::Duration;
use table::Table;

/// The lease of the counters, in seconds, and the clock skew of a store.
const LEASE: &str = "2";
const SKEW: Duration = Duration::from_secs(1);
/// The time limit for the next process to notice, and to get the lock.
const NOTICE: Duration = Duration::from_secs(1);

/// A counter with a session of count 1, another on the same table, and its id.
async fn two_counters(table: &Table) -> (Process, Process, String) {
    let options = ["--lock-lease", LEASE, "--max-lock-wait", "60"];
    let first = Process::on_table(&table.endpoint_url(), &options).await;
    let second = Process::on_table(&table.endpoint_url(), &options).await;
    let id = first.client.first_increment().await;
    (first, second, id)
}

fn now() -> EpochMillis {
    SystemClock.now()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_one_gets_in_after_the_lease_of_a_holder_that_was_killed() {
    let table = Table::start().await;
    let (mut killed, next, id) = two_counters(&table).await;
    let cut_off = {
        let (client, id) = (killed.client.clone(), id.clone());
        tokio::spawn(async move { client.try_increment(Some(&id), 60_000).await })
    };
    table.wait_until_locked().await;
    killed.kill().await;
    assert!(cut_off.await.unwrap().is_err(), "the holder answered");
    // A renewal may still be in flight.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let lease_end = table.lease_end().await.expect("a killed holder leaves its lock");
    assert!(now() < lease_end, "the next one comes before the lease is over");

    let answer = next.client.increment(Some(&id), 0).await;
    let answered = now();

    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, r#"{"count":2}"#));
    assert!(answered >= lease_end, "it got in before the end of the lease");
    let latest = lease_end.saturating_add(SKEW + NOTICE);
    assert!(answered <= latest, "it got in at {answered:?}, after {latest:?}");
    assert_eq!(next.client.increment(Some(&id), 0).await.body, r#"{"count":3}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_hung_while_another_took_over_loses_its_lock_and_changes_nothing() {
    let table = Table::start().await;
    let (hung, other, id) = two_counters(&table).await;
    let held = {
        let (client, id) = (hung.client.clone(), id.clone());
        tokio::spawn(async move { client.increment(Some(&id), 3_000).await })
    };
    table.wait_until_renewed().await;
    hung.stop().await;
    let taken_over = other.client.increment(Some(&id), 0).await;
    assert_eq!(taken_over.body, r#"{"count":2}"#);
    let written = table.item().await;

    hung.go_on().await;
    let answer = held.await.unwrap();

    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.body, r#"{"kind":"LockLost"}"#);
    assert_eq!(table.item().await, written, "the item after the stale holder's write");
    assert_eq!(hung.client.count(&id).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_hung_beyond_its_lease_may_write_if_nobody_took_over() {
    let table = Table::start().await;
    let (hung, other, id) = two_counters(&table).await;
    let held = {
        let (client, id) = (hung.client.clone(), id.clone());
        tokio::spawn(async move { client.increment(Some(&id), 3_000).await })
    };
    table.wait_until_locked().await;
    hung.stop().await;
    table.wait_until_lapsed(SKEW).await;

    hung.go_on().await;
    let answer = held.await.unwrap();

    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, r#"{"count":2}"#));
    assert_eq!(other.client.increment(Some(&id), 0).await.body, r#"{"count":3}"#);
}
