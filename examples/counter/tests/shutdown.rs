//! Tests of counters that get a signal while a request holds a lock.
//!
//! The counters are real processes on one table.
#![cfg(unix)]

#[expect(dead_code, reason = "these tests need less of the client than those of the counting")]
mod client;
#[expect(dead_code, reason = "these tests read nothing of what is printed")]
mod process;
#[expect(dead_code, reason = "these tests wait for no lease")]
mod table;

use client::Answer;
use process::Process;
use reqwest::StatusCode;
use table::Table;
use tokio::task::JoinHandle;

/// A counter with a request that holds the lock, and a second one on its table.
///
/// The first counter has this much time to end.
struct Counters {
    table: Table,
    ending: Process,
    next: Process,
    id: String,
    request: JoinHandle<Answer>,
}

impl Counters {
    async fn start(hold_ms: u64, grace: &str) -> Self {
        let table = Table::start().await;
        let ending = Process::on_table(&table.endpoint_url(), &["--grace", grace]).await;
        let next = Process::on_table(&table.endpoint_url(), &[]).await;
        let id = ending.client.first_increment().await;
        let (client, presented) = (ending.client.clone(), id.clone());
        let request =
            tokio::spawn(async move { client.increment(Some(&presented), hold_ms).await });
        table.wait_until_locked().await;
        Self { table, ending, next, id, request }
    }

    /// Sends the signal, and returns the request's answer after the process has ended.
    async fn end(&mut self, signal: &str) -> Answer {
        self.ending.signal(signal).await;
        assert!(self.ending.ends_well().await, "it fails at {signal}");
        (&mut self.request).await.expect("the client does not panic")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_finished_before_the_process_ends() {
    for signal in ["-TERM", "-INT"] {
        let mut counters = Counters::start(1_000, "60").await;
        let answer = counters.end(signal).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, r#"{"count":2}"#));
        assert_eq!(counters.table.lease_end().await, None, "the lock stands");
        let next = counters.next.client.increment(Some(&counters.id), 0).await;
        assert_eq!(next.body, r#"{"count":3}"#);
    }
}

/// The lease of the lock is 30 s, and the next request waits for 10 s at most.
#[tokio::test(flavor = "multi_thread")]
async fn the_lock_of_a_request_that_takes_too_long_is_released_before_the_process_ends() {
    for signal in ["-TERM", "-INT"] {
        let mut counters = Counters::start(600_000, "0.1").await;
        let answer = counters.end(signal).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(counters.table.lease_end().await, None, "the lock stands");
        let next = counters.next.client.increment(Some(&counters.id), 0).await;
        assert_eq!((next.status, next.body.as_str()), (StatusCode::OK, r#"{"count":2}"#));
    }
}
