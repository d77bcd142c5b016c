//! Measures what a layer of sessions takes of the processor.

use clap::{Parser, Subcommand, ValueEnum};
use rustix::time::{ClockId, clock_gettime};
use session_benches::{Spread, Table};
use session_benches_http::{Application, Client, Request};
use std::time::Duration;

/// Measures layers of sessions.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sends one request so many times, for a tool that counts instructions
    Send { application: Application, request: Request, count: usize },
    /// Compares the CPU time that the layers add to an empty one, in rounds
    Time {
        /// How many rounds each layer has.
        #[arg(long, default_value_t = 61)]
        rounds: usize,
        /// How many requests a round has.
        #[arg(long, default_value_t = 5_000)]
        requests: usize,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match Args::parse().command {
        Command::Send { application, request, count } => {
            Client::of(application).await.send(request, count).await;
        }
        Command::Time { rounds, requests } => print!("{}", time(rounds, requests).await),
    }
}

/// The layers take turns in each round. A ratio is that of the times in one round.
async fn time(rounds: usize, requests: usize) -> Table {
    let mut table = Table::new(&["request", "layer", "ns added", "in those of tower-sessions"]);
    for request in Request::ALL {
        let mut clients = Vec::new();
        for application in Application::value_variants() {
            clients.push(Client::of(*application).await);
        }
        let mut times = vec![Vec::with_capacity(rounds); clients.len()];
        for round in 0..rounds {
            for turn in 0..clients.len() {
                let place = (round + turn) % clients.len();
                times[place].push(nanos(&mut clients[place], request, requests).await);
            }
        }
        let empty = Application::Empty as usize;
        let added: Vec<Vec<f64>> = times.iter().map(|layer| minus(layer, &times[empty])).collect();
        for (layer, added_here) in Application::value_variants().iter().zip(&added) {
            if *layer != Application::Empty {
                let theirs = &added[Application::TowerSessions as usize];
                table.row(&[
                    request.name().into(),
                    format!("{layer:?}"),
                    format!("{:.0}", Spread::of(added_here.iter().copied()).median),
                    Spread::of_ratios(added_here, theirs).to_string(),
                ]);
            }
        }
    }
    table
}

fn minus(left: &[f64], right: &[f64]) -> Vec<f64> {
    left.iter().zip(right).map(|(left, right)| left - right).collect()
}

/// The CPU time of one request, in nanoseconds.
async fn nanos(client: &mut Client, request: Request, requests: usize) -> f64 {
    let begin = cpu_time();
    client.send(request, requests).await;
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let requests = requests as f64;
    session_benches::nanos(cpu_time().saturating_sub(begin)) / requests
}

/// The CPU time of this thread, which is the only one.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}
