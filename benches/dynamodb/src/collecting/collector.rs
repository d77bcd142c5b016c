//! The process that collects.

use super::{TABLE, Way, plain};
use crate::meter::Meter;
use crate::process::wait_for_orders;
use crate::server::{Server, block_on};
use aws_sdk_dynamodb::Client;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use session_core::Collector;
use session_core::time::Timer;
use session_core::time::TokioTimer;
use session_dynamodb::{BatchConfig, DynamoDbStore, local_client};
use std::fs::read_to_string;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

/// What a collecting process is to do.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Orders {
    #[arg(long)]
    pub(super) way: Way,
    #[arg(long)]
    pub(super) segments: NonZeroUsize,
}

impl Orders {
    /// The command line that gives these orders.
    pub(super) fn arguments(self, server: &Server) -> Vec<String> {
        let way = self.way.to_possible_value().expect("no way is hidden");
        vec![
            "collector".into(),
            format!("--endpoint-url={}", server.endpoint_url()),
            format!("--way={}", way.get_name()),
            format!("--segments={}", self.segments),
        ]
    }
}

/// What a collection took.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Logged {
    pub(super) deleted: u64,
    pub(super) requests: u64,
    pub(super) units: f64,
    /// By how much the memory of the process grew, at most.
    pub(super) peak_bytes: f64,
    pub(super) seconds: f64,
}

/// In a process of its own: collects by its arguments, and reports.
///
/// # Panics
///
/// If the server fails, which the process that started this one notices.
pub(crate) fn collector(orders: Orders, endpoint_url: &str) {
    let meter = Meter::of_capacity();
    let client = meter.under(&local_client(endpoint_url));
    println!("ready");
    wait_for_orders();
    let (timer, before) = (TokioTimer::new(), memory("VmRSS:"));
    let deleted = block_on(collect(orders, client, timer));
    let read = meter.take();
    let logged = Logged {
        deleted,
        requests: read.total(),
        units: read.units,
        peak_bytes: memory("VmHWM:") - before,
        seconds: timer.elapsed().as_secs_f64(),
    };
    println!("{}", serde_json::to_string(&logged).expect("numbers are JSON"));
}

async fn collect(orders: Orders, client: Client, timer: TokioTimer) -> u64 {
    let builder = DynamoDbStore::builder(client.clone(), TABLE).locking(true);
    let builder = builder.scan_segments(orders.segments);
    let builder = match orders.way {
        Way::Plain => return plain::collect(&client).await,
        Way::Conditional => builder,
        Way::Batches => builder.batch_config(BatchConfig::default()),
    };
    let store = builder.build().expect("the settings fit");
    let collector = Collector::new(Arc::new(store), Arc::new(timer)).grace(Duration::ZERO);
    collector.run(None, |_| {}).await.expect("the server answers").deleted
}

/// What the system says of the memory of this process, in bytes.
fn memory(line: &str) -> f64 {
    let status = read_to_string("/proc/self/status").expect("this is Linux");
    let kilobytes = status.lines().find_map(|text| text.strip_prefix(line));
    let kilobytes = kilobytes.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.expect("Linux tells the memory of every process") * 1024.0
}
