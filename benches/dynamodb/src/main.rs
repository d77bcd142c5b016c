//! Prints the tables of `benches/dynamodb/README.md`, from a DynamoDB server.
//!
//! The server is embedded and runs in a process of its own, so that the time that a client takes
//! is measured apart from the server's; `--endpoint-url` names another one. Where several clients are
//! measured, each is a process too. They are all this program, by its hidden commands.

mod capacity;
mod collecting;
mod contention;
mod meter;
mod overhead;
mod process;
mod server;
mod table;
mod tap;

use clap::{Parser, Subcommand};
use server::Server;

/// Measures what docs/benchmarks.md says of DynamoDB.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    what: What,
    /// A server to measure on; without it, an embedded one is started
    #[arg(long, global = true)]
    endpoint_url: Option<String>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Open and commit against the bare calls of the SDK, and against tower-sessions
    Overhead(overhead::Options),
    /// Requests and capacity units of every operation
    Capacity,
    /// Many waiters on one session, in one process and in several
    Contention(contention::Options),
    /// Expired sessions collected, against a plain scan with batches
    Collecting(collecting::Options),
    #[command(hide = true)]
    Serve,
    #[command(hide = true)]
    Crew(contention::Orders),
    #[command(hide = true)]
    Collector(collecting::Orders),
}

fn main() {
    let Args { what, endpoint_url } = Args::parse();
    let address = || endpoint_url.clone().expect("those who start processes say where to go");
    let server = || Server::at_or_new(endpoint_url.clone());
    match what {
        What::Overhead(options) => print!("{}", overhead::overhead(&options, &server())),
        What::Capacity => print!("{}", capacity::capacity(&server())),
        What::Contention(options) => print!("{}", contention::contention(&options, &server())),
        What::Collecting(options) => print!("{}", collecting::collecting(options, &server())),
        What::Serve => server::serve(),
        What::Crew(orders) => contention::crew(&orders, &address()),
        What::Collector(orders) => collecting::collector(orders, &address()),
    }
}
