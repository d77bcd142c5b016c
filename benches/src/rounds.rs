//! Rounds, in each of which everything that is compared takes its turn.
//!
//! So a disturbance of the machine disturbs all alike. Ratios are taken within a round.

use crate::Options;
use crate::contender::Contender;
use crate::load::Load;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// How long each contender took for a request, in nanoseconds, round by round.
#[derive(Debug)]
pub(crate) struct Times(Vec<Vec<f64>>);

impl Times {
    /// The times of a contender.
    pub(crate) fn of(&self, contender: usize) -> &[f64] {
        &self.0[contender]
    }
}

/// Lets all contenders take turns in each round, with `writes` in 100 requests.
pub(crate) fn interleave(contenders: &[Contender], options: &Options, writes: u64) -> Times {
    let runtime = runtime(options);
    let load = Load {
        requests: options.tasks.get(),
        writes,
        sessions: options.sessions,
        tasks: options.tasks,
        seed: 0,
    };
    let slice = Duration::from_millis(options.slice.get());
    let loads: Vec<Load> =
        contenders.iter().map(|contender| calibrate(contender, &runtime, load, slice)).collect();
    let mut times = Times(vec![Vec::new(); contenders.len()]);
    for round in 0..options.rounds.get() {
        for turn in 0..contenders.len() {
            let place = (round + turn) % contenders.len();
            let load = Load { seed: round as u64, ..loads[place] };
            let took = contenders[place].slice(&runtime, load);
            times.0[place].push(nanos(took) / count(load.requests));
        }
    }
    times
}

/// The threads that answer requests.
pub(crate) fn runtime(options: &Options) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(options.threads.get())
        .enable_time()
        .build()
        .expect("the system has so many threads to give")
}

/// As many requests as the contender answers in the time of a slice.
fn calibrate(contender: &Contender, runtime: &Runtime, mut load: Load, slice: Duration) -> Load {
    loop {
        let took = contender.slice(runtime, load);
        if took >= slice {
            return load;
        }
        let missing = slice.as_nanos() / took.as_nanos().max(1);
        load.requests *= usize::try_from(missing).map_or(2, |factor| factor.clamp(2, 16));
    }
}

/// A duration in nanoseconds.
pub fn nanos(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}

#[expect(clippy::cast_precision_loss, reason = "nothing here is counted to more than 2^52")]
pub(crate) fn count(number: usize) -> f64 {
    number as f64
}
