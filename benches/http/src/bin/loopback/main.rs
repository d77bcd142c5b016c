//! Compares servers over loopback with the load of `wrk`, which must be installed.
//!
//! The server runs on one thread on the first processor, and `wrk` on the second. `taskset` pins
//! both.

mod load;
mod server;

use clap::{Parser, Subcommand, ValueEnum};
use load::Load;
use server::Server;
use session_benches::{Spread, Table};
use session_benches_http::{Application, Request};
use std::io;

/// Measures servers over loopback.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// How many rounds each server has.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How many seconds a round takes.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves one application until stdin ends, then prints its CPU time in nanoseconds
    Serve { application: Application },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let args = Args::parse();
    match args.command {
        Some(Command::Serve { application }) => server::serve(application).await?,
        None => print!("{}", compare(args.rounds, args.seconds)?),
    }
    Ok(())
}

/// The servers take turns in each round.
fn compare(rounds: usize, seconds: u64) -> io::Result<Table> {
    let mut table = Table::new(&["request", "layer", "CPU us", "requests/s", "p99 us"]);
    for request in Request::ALL {
        let mut loads = vec![Vec::with_capacity(rounds); Application::value_variants().len()];
        for _ in 0..rounds {
            for application in Application::value_variants() {
                let load = Load::on(Server::start(*application)?, request, seconds)?;
                loads[*application as usize].push(load);
            }
        }
        for (application, loads) in Application::value_variants().iter().zip(&loads) {
            table.row(&[
                request.name().into(),
                format!("{application:?}"),
                format!("{:.1}", median(loads, |load| load.cpu_us)),
                format!("{:.0}", median(loads, |load| load.requests_per_s)),
                format!("{:.0}", median(loads, |load| load.p99_us)),
            ]);
        }
    }
    Ok(table)
}

fn median(loads: &[Load], figure: impl Fn(&Load) -> f64) -> f64 {
    Spread::of(loads.iter().map(figure)).median
}
