//! Collects expired sessions, against a plain scan with deletions in batches.

mod collector;
mod plain;

pub(crate) use collector::{Orders, collector};

use crate::process::Process;
use crate::server::{Server, block_on};
use crate::table::new_table;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use clap::{Args, ValueEnum};
use collector::Logged;
use futures_util::stream::{self, StreamExt};
use session_benches::{HOUR, Table, key};
use session_core::time::{Clock, SystemClock};
use std::num::NonZeroUsize;

const TABLE: &str = "collecting";

/// The data of a session, in bytes.
const DATA: usize = 500;

/// How much to measure.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Sessions, of which every other one is expired
    #[arg(long, default_value = "200000")]
    sessions: NonZeroUsize,
    /// In how many parallel parts the collector walks the table
    ///
    /// More of them slow the embedded server down.
    #[arg(long, default_value = "1")]
    segments: NonZeroUsize,
}

/// How sessions are collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    /// By the `Collector`, each on the condition that it is expired still
    Conditional,
    /// By the `Collector`, in batches
    Batches,
    /// By a scan, whose finds are deleted in batches
    Plain,
}

/// Fills a table for each way, and lets it collect there.
pub(crate) fn collecting(options: Options, server: &Server) -> Table {
    let mut table = Table::new(&[
        "collected by",
        "deleted",
        "requests",
        "capacity units",
        "peak memory, MB",
        "seconds",
        "in those of the plain scan",
    ]);
    let ways = [
        ("a plain scan with `BatchWriteItem`", Way::Plain),
        ("`Collector`, `batch_config`", Way::Batches),
        ("`Collector`", Way::Conditional),
    ];
    let mut plain = None;
    for (name, way) in ways {
        let logged = run(way, options, server);
        let seconds = logged.seconds;
        let ratio = seconds / *plain.get_or_insert(seconds);
        table.row(&[
            name.into(),
            logged.deleted.to_string(),
            logged.requests.to_string(),
            format!("{:.0}", logged.units),
            format!("{:.1}", logged.peak_bytes / 1e6),
            format!("{seconds:.1}"),
            format!("{ratio:.2}"),
        ]);
    }
    table
}

fn run(way: Way, options: Options, server: &Server) -> Logged {
    block_on(fill(&server.client(), options.sessions.get()));
    let (mut process, _) =
        Process::start(&Orders { way, segments: options.segments }.arguments(server));
    process.go();
    let logged: Logged = process.report();
    let expired = options.sessions.get().div_ceil(2);
    assert_eq!(logged.deleted, expired as u64, "not all were deleted that are expired");
    logged
}

/// Makes the table anew, with so many sessions.
async fn fill(client: &Client, sessions: usize) {
    /// What a batch takes.
    const BATCH: usize = 25;
    new_table(client, TABLE).await;
    let numbers: Vec<usize> = (0..sessions).collect();
    let batches = numbers.chunks(BATCH).map(|batch| {
        let puts: Vec<WriteRequest> = batch.iter().map(|session| request(*session)).collect();
        async move {
            let written = client.batch_write_item().request_items(TABLE, puts).send().await;
            let left = written.expect("the server answers").unprocessed_items;
            assert!(left.is_none_or(|left| left.is_empty()), "the server is throttling");
        }
    });
    stream::iter(batches).buffer_unordered(4).collect::<Vec<()>>().await;
}

fn request(session: usize) -> WriteRequest {
    let now = SystemClock.now().timestamp().as_epoch_seconds();
    let expires = if session.is_multiple_of(2) { now - 1 } else { now + HOUR.as_secs() };
    let put = PutRequest::builder()
        .item("id", AttributeValue::S(key(session).as_str().to_owned()))
        .item("expires", AttributeValue::N(expires.to_string()))
        .item("data", AttributeValue::S("a".repeat(DATA)));
    let put = put.build().expect("it is complete");
    WriteRequest::builder().put_request(put).build()
}
