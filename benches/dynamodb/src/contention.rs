//! Many waiters on one session, in one process and in several.
//!
//! They follow the policy of this project, or that of PHP.

mod crew;
mod php;

pub(crate) use crew::{Orders, crew};

use crate::process::Process;
use crate::server::{Server, block_on};
use crate::table::{new_table, put};
use clap::{Args, ValueEnum};
use crew::Logged;
use session_benches::{Spread, Table, payload, verdict};
use session_dynamodb::DynamoDbStore;
use std::num::NonZeroUsize;

const TABLE: &str = "contention";

/// How much to measure.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Rounds, each of which measures everything that is compared
    #[arg(long, default_value = "15")]
    rounds: NonZeroUsize,
    /// Those who want the session, in all processes together
    #[arg(long, default_value = "32")]
    waiters: NonZeroUsize,
    /// How often each of them wants it
    #[arg(long, default_value = "1")]
    turns: NonZeroUsize,
    /// How many processes there are where there are several
    #[arg(long, default_value = "4")]
    processes: NonZeroUsize,
}

/// How those wait who cannot have the session at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    /// As `Pessimistic` does
    Queue,
    /// As PHP's handler does: all ask, after 10 to 50 ms each
    Php,
}

/// Something to measure: so many waiters in so many processes.
struct Setting {
    name: String,
    policy: Policy,
    processes: usize,
    waiters: usize,
    turns: usize,
    /// The goals: attempts per acquisition, and the time relative to one client alone.
    goals: Option<(f64, f64)>,
}

/// What a round of a setting came to.
struct Outcome {
    seconds: f64,
    attempts: f64,
    longest_wait: f64,
    median_wait: f64,
    starved: usize,
}

/// Lets the settings take turns.
pub(crate) fn contention(options: &Options, server: &Server) -> Table {
    let store = block_on(new_table(&server.client(), TABLE));
    let settings = settings(options);
    let mut outcomes: Vec<Vec<Outcome>> = settings.iter().map(|_| Vec::new()).collect();
    for round in 0..options.rounds.get() {
        for turn in 0..settings.len() {
            let place = (round + turn) % settings.len();
            let session = round * settings.len() + place;
            outcomes[place].push(run(&settings[place], session, &store, server));
        }
    }
    let mut table = Table::new(&[
        "waiters",
        "attempts per acquisition",
        "goal",
        "time in that of one alone",
        "goal",
        "median wait, ms",
        "longest wait, ms",
        "longest of all, ms",
        "starved",
    ]);
    for (setting, own) in settings.iter().zip(&outcomes) {
        table.row(&row(setting, own, &outcomes[0]));
    }
    table
}

fn settings(options: &Options) -> Vec<Setting> {
    let (waiters, turns, several) =
        (options.waiters.get(), options.turns.get(), options.processes.get());
    let crowd = |name: &str, policy, processes, goals| Setting {
        name: format!("{waiters}{name}"),
        policy,
        processes,
        waiters,
        turns,
        goals,
    };
    let alone = Setting {
        name: "1 alone, as often as all".into(),
        policy: Policy::Queue,
        processes: 1,
        waiters: 1,
        turns: waiters * turns,
        goals: None,
    };
    vec![
        alone,
        crowd(" in one process", Policy::Queue, 1, Some((1.1, 1.3))),
        crowd(&format!(" in {several} processes"), Policy::Queue, several, Some((2.0, 2.0))),
        crowd(" in one process, as PHP waits", Policy::Php, 1, None),
        crowd(&format!(" in {several} processes, as PHP waits"), Policy::Php, several, None),
    ]
}

fn run(setting: &Setting, session: usize, store: &DynamoDbStore, server: &Server) -> Outcome {
    block_on(put(store, session, payload(session)));
    let orders = |process: usize| {
        let share = (setting.waiters + process) / setting.processes;
        Orders { policy: setting.policy, session, waiters: share, turns: setting.turns }
    };
    let mut crews: Vec<Process> = (0..setting.processes)
        .map(|process| orders(process).arguments(server))
        .map(|arguments| Process::start(&arguments).0)
        .collect();
    for crew in &mut crews {
        crew.go();
    }
    let logs: Vec<Logged> = crews.iter_mut().map(Process::report).collect();
    Outcome::of(&logs)
}

impl Outcome {
    fn of(logs: &[Logged]) -> Self {
        let waits = || logs.iter().flat_map(|log| log.waits.iter().copied());
        let waited = Spread::of(waits());
        let acquired = f64::from(u32::try_from(waits().count()).unwrap_or(u32::MAX));
        let attempts: u32 = logs.iter().map(|log| log.attempts).sum();
        Self {
            seconds: logs.iter().map(|log| log.seconds).fold(0.0, f64::max),
            attempts: f64::from(attempts) / acquired,
            longest_wait: waits().fold(0.0, f64::max),
            median_wait: waited.median,
            starved: logs.iter().map(|log| log.starved).sum(),
        }
    }
}

fn row(setting: &Setting, own: &[Outcome], alone: &[Outcome]) -> [String; 9] {
    let median = |figure| Spread::of(figures(own, figure));
    let millis = |seconds: f64| format!("{:.0}", seconds * 1e3);
    let attempts = median(|outcome| outcome.attempts);
    let seconds = |of| figures(of, |outcome| outcome.seconds);
    let time = Spread::of_ratios(&seconds(own), &seconds(alone));
    let goal = |reached: Spread, goal: Option<f64>| match goal {
        Some(goal) => format!("{goal}: {}", verdict(reached.median <= goal)),
        None => "none".into(),
    };
    let longest = own.iter().map(|outcome| outcome.longest_wait).fold(0.0, f64::max);
    [
        setting.name.clone(),
        attempts.to_string(),
        goal(attempts, setting.goals.map(|goals| goals.0)),
        time.to_string(),
        goal(time, setting.goals.map(|goals| goals.1)),
        millis(median(|outcome| outcome.median_wait).median),
        millis(median(|outcome| outcome.longest_wait).median),
        millis(longest),
        own.iter().map(|outcome| outcome.starved).sum::<usize>().to_string(),
    ]
}

fn figures(outcomes: &[Outcome], figure: fn(&Outcome) -> f64) -> Vec<f64> {
    outcomes.iter().map(figure).collect()
}
