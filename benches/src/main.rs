//! Prints the tables of `benches/README.md`.

use clap::{Parser, Subcommand};
use session_benches::{Options, collecting, hand_over, layer_cost, layer_level, store_level};

/// Measures what docs/benchmarks.md says.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    options: Options,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum What {
    /// The memory store against other stores and caches
    Store,
    /// Sessions against those of tower-sessions
    Layer,
    /// Sessions against their own store
    Cost,
    /// Reading while a tenth of ten times as many sessions is collected
    Collecting,
    /// Tasks that wait for one another's lock
    HandOver,
}

fn main() {
    let Args { what, options } = Args::parse();
    let table = match what {
        What::Store => store_level(&options),
        What::Layer => layer_level(&options),
        What::Cost => layer_cost(&options),
        What::Collecting => collecting(&options),
        What::HandOver => hand_over(&options),
    };
    print!("{table}");
}
