//! The cost of `Sessions` over the same calls, made with the bare SDK.

mod bare;
mod ours;
mod tower;

use crate::server::{Server, block_on};
use crate::table::{new_table, put};
use bare::Bare;
use clap::Args;
use cpu_time::ProcessTime;
use futures_util::future::BoxFuture;
use ours::{Mapped, Raw};
use session_benches::{Spread, Table, nanos, payload, verdict};
use session_core::LastWriteWins;
use session_core::time::Timer;
use session_core::time::TokioTimer;
use session_dynamodb::DynamoDbStore;
use session_locking::Pessimistic;
use std::num::NonZeroUsize;
use std::sync::Arc;
use tower::Tower;

pub(crate) const TABLE: &str = "sessions";

/// How many sessions take turns, so that no request meets the item of the last one.
const SESSIONS: usize = 16;

/// The longest that a cycle may take, in bare ones.
const WALL: f64 = 1.05;
const CPU: f64 = 1.15;

/// How much to measure.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Rounds, each of which measures everything that is compared
    #[arg(long, default_value = "121")]
    rounds: NonZeroUsize,
    /// Cycles in a round, of each that is compared
    #[arg(long, default_value = "50")]
    cycles: NonZeroUsize,
}

/// Something that opens a session, changes it and stores it.
trait Cycle {
    /// Does so once. `stamp` makes the change one.
    fn run(&self, session: usize, stamp: u64) -> BoxFuture<'_, ()>;
}

/// A row of the table: a cycle, the cycle to compare it with, and any target.
struct Contender {
    name: &'static str,
    cycle: Box<dyn Cycle>,
    against: usize,
    has_target: bool,
}

/// Compares the cycles, in wall time and in the time of this process.
pub(crate) fn overhead(options: &Options, server: &Server) -> Table {
    block_on(async {
        let contenders = contenders(server).await;
        let times = interleave(&contenders, options).await;
        let mut table = Table::new(&[
            "cycle",
            "µs",
            "client CPU, µs",
            "wall",
            "target",
            "client CPU",
            "target",
        ]);
        for (place, contender) in contenders.iter().enumerate() {
            table.row(&row(contender, &times[place], &times[contender.against]));
        }
        table
    })
}

async fn contenders(server: &Server) -> Vec<Contender> {
    let store = new_table(&server.client(), TABLE).await;
    for session in 0..SESSIONS {
        put(&store, session, payload(session)).await;
    }
    let unlocked = DynamoDbStore::builder(server.client(), TABLE).build();
    let unlocked = Arc::new(unlocked.expect("the settings fit"));
    bare::check_requests(server).await;
    let contender = |name, cycle: Box<dyn Cycle>, against, has_target| Contender {
        name,
        cycle,
        against,
        has_target,
    };
    let locked = Pessimistic::new(Arc::new(store));
    let unlocked = LastWriteWins::new(unlocked);
    vec![
        contender("bare, without a lock", Box::new(Bare::unlocked(server)), 0, false),
        contender("`LastWriteWins`, text", Box::new(Raw::new(unlocked.clone())), 0, true),
        contender("`LastWriteWins`, `Json` of a map", Box::new(Mapped::new(unlocked)), 0, true),
        contender("bare, with a lock", Box::new(Bare::locked(server)), 3, false),
        contender("`Pessimistic`, text", Box::new(Raw::new(locked.clone())), 3, true),
        contender("`Pessimistic`, `Json` of a map", Box::new(Mapped::new(locked)), 3, true),
        contender("`tower-sessions-dynamodb-store`", Box::new(Tower::new(server).await), 0, false),
    ]
}

/// How long each round's cycles took on average, in microseconds.
#[derive(Default)]
struct Times {
    wall: Vec<f64>,
    cpu: Vec<f64>,
}

async fn interleave(contenders: &[Contender], options: &Options) -> Vec<Times> {
    let mut times: Vec<Times> = contenders.iter().map(|_| Times::default()).collect();
    // The first round opens connections, and is forgotten.
    for round in 0..=options.rounds.get() {
        for turn in 0..contenders.len() {
            let place = (round + turn) % contenders.len();
            let (wall, cpu) = slice(&*contenders[place].cycle, options.cycles, round).await;
            if round > 0 {
                times[place].wall.push(wall);
                times[place].cpu.push(cpu);
            }
        }
    }
    times
}

async fn slice(cycle: &dyn Cycle, cycles: NonZeroUsize, round: usize) -> (f64, f64) {
    let (timer, cpu) = (TokioTimer::new(), ProcessTime::now());
    for number in 0..cycles.get() {
        cycle.run(number % SESSIONS, (round * cycles.get() + number) as u64).await;
    }
    let each = |whole: f64| whole / 1e3 / u32::try_from(cycles.get()).map_or(f64::NAN, f64::from);
    (each(nanos(timer.elapsed())), each(nanos(cpu.elapsed())))
}

fn row(contender: &Contender, times: &Times, against: &Times) -> [String; 7] {
    let median = |values: &[f64]| format!("{:.0}", Spread::of(values.iter().copied()).median);
    let wall = Spread::of_ratios(&times.wall, &against.wall);
    let cpu = Spread::of_ratios(&times.cpu, &against.cpu);
    let judged = |spread: Spread, target: f64| {
        let judged = format!("{target}: {}", verdict(spread.median <= target));
        if contender.has_target { judged } else { "none".into() }
    };
    [
        contender.name.into(),
        median(&times.wall),
        median(&times.cpu),
        wall.to_string(),
        judged(wall, WALL),
        cpu.to_string(),
        judged(cpu, CPU),
    ]
}
