//! Durable updates by many tasks, against a bare loop of the same transactions.
//!
//! The store gets its updates from the tasks, each of which writes a session of its own and waits for
//! the answer. The loop has one connection to a file of the same schema, made by the store, and writes
//! the same sessions in transactions of as many updates as there are tasks: the largest group that the
//! store can make of them. Both write with `synchronous` FULL. The rounds of the two take turns.

mod bare;
mod store;

use bare::Bare;
use clap::Parser;
use session_benches::{Spread, Table, verdict};
use std::error::Error;
use std::path::PathBuf;
use store::Store;

/// Measures durable updates.
#[derive(Debug, Parser)]
struct Args {
    /// An empty folder for the files, on the disk that is to be measured.
    folder: PathBuf,
    /// How many tasks update at once.
    #[arg(long, default_value_t = 32)]
    tasks: usize,
    /// How many rounds each side has.
    #[arg(long, default_value_t = 21)]
    rounds: usize,
    /// How many updates each task makes in a round.
    #[arg(long, default_value_t = 50)]
    updates: usize,
}

const TARGET: f64 = 0.5;

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let Args { folder, tasks, rounds, updates } = Args::parse();
    let store = Store::open(&folder.join("store.sqlite"), tasks).await?;
    let bare = Bare::open(&folder.join("bare.sqlite"), tasks).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        ours.push(store.round(updates).await?.as_secs_f64());
        theirs.push(bare.round(updates)?.as_secs_f64());
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let made = (tasks * updates) as f64;
    let per_second = |times: &[f64]| Spread::of(times.iter().map(|time| made / time)).median;
    let ratio = Spread::of_ratios(&theirs, &ours);
    let mut table = Table::new(&["tasks", "the store", "the loop", "ratio", "target", ""]);
    table.row(&[
        tasks.to_string(),
        format!("{:.0}/s", per_second(&ours)),
        format!("{:.0}/s", per_second(&theirs)),
        ratio.to_string(),
        TARGET.to_string(),
        verdict(ratio.median >= TARGET),
    ]);
    print!("{table}");
    Ok(())
}
