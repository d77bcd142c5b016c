//! Tasks that all want one session under the pessimistic strategy, without work.

use crate::filled::filled;
use crate::report::verdict;
use crate::rounds::{count, nanos, runtime};
use crate::spread::{Spread, per_mille};
use crate::{Options, Table, data};
use async_trait::async_trait;
use session_core::codec::RawString;
use session_core::time::Timer;
use session_core::time::TokioTimer;
use session_core::{Result, Sessions};
use session_locking::{LockOptions, Pessimistic};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

const TASKS: usize = 64;

/// How often each task wants the session.
///
/// A round takes several times as long as a lock is handed over without a pause.
const TURNS: usize = 4096;

/// The longest wait that is allowed, in medians.
const TARGET: f64 = 2.0;

/// Measures hand-overs and waits, with and without pauses for other processes.
///
/// # Panics
///
/// When a task waits for longer than a lock is waited for, which takes 64 very long turns.
pub fn hand_over(options: &Options) -> Table {
    let timer = TokioTimer::new();
    let store = Arc::new(filled(1));
    let paused = Pessimistic::new(store.clone());
    let hasty = Pessimistic::new(store).with_timer(Hasty(timer));
    let mut table = Table::new(&[
        "the pauses",
        "hand-overs per second",
        "median wait, ms",
        "longest wait in medians",
        "target",
        "",
    ]);
    for (name, strategy) in [("made", paused), ("left out", hasty)] {
        let sessions = Sessions::builder(strategy, RawString::new()).build();
        let sessions = sessions.expect("the store keeps text");
        let rounds: Vec<Round> = (0..options.rounds.get())
            .map(|_| runtime(options).block_on(round(&sessions, timer)))
            .collect();
        let spread = |figure: fn(&Round) -> f64| Spread::of(rounds.iter().map(figure));
        let longest = spread(|round| round.longest / round.median);
        table.row(&[
            name.into(),
            format!("{:.0}", spread(|round| round.per_second).median),
            format!("{:.2}", spread(|round| round.median / 1e6).median),
            longest.to_string(),
            format!("{TARGET}"),
            verdict(longest.median <= TARGET),
        ]);
    }
    table
}

/// A timer that leaves out the pause, which has the longest delay between attempts.
#[derive(Debug)]
struct Hasty(TokioTimer);

#[async_trait]
impl Timer for Hasty {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn check(&self) -> Result<()> {
        self.0.check()
    }

    async fn sleep(&self, duration: Duration) {
        if duration != LockOptions::default().max_lock_retry {
            self.0.sleep(duration).await;
        }
    }
}

struct Round {
    per_second: f64,
    /// Waits, in nanoseconds.
    median: f64,
    longest: f64,
}

async fn round(sessions: &Sessions<String>, timer: TokioTimer) -> Round {
    let begin = timer.elapsed();
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        tasks.spawn(take_turns(sessions.clone(), timer));
    }
    let waits: Vec<Wait> = tasks.join_all().await.into_iter().flatten().collect();
    let elapsed = timer.elapsed().saturating_sub(begin);
    let mut queued = while_all_queue(&waits);
    Round {
        per_second: count(waits.len()) / elapsed.as_secs_f64(),
        median: per_mille(&mut queued, 500),
        longest: per_mille(&mut queued, 1000),
    }
}

/// When a task began to wait, and when it got its turn.
struct Wait {
    from: Duration,
    to: Duration,
}

async fn take_turns(sessions: Sessions<String>, timer: TokioTimer) -> Vec<Wait> {
    let id = data::id(0);
    let mut waits = Vec::with_capacity(TURNS);
    for _ in 0..TURNS {
        let from = timer.elapsed();
        let session = sessions.open(Some(&id)).await;
        let session = session.expect("nobody waits for as long as a lock is waited for");
        let to = timer.elapsed();
        waits.push(Wait { from, to });
        let _ = session.commit().await.expect("nobody holds on for longer than a lease");
    }
    waits
}

/// The waits, in nanoseconds, without those from before all tasks stood in line.
fn while_all_queue(waits: &[Wait]) -> Vec<f64> {
    let mut arrivals: Vec<Duration> = waits.iter().map(|wait| wait.from).collect();
    arrivals.sort_unstable();
    let all_queue = arrivals[2 * TASKS];
    waits
        .iter()
        .filter(|wait| wait.from >= all_queue)
        .map(|wait| nanos(wait.to.saturating_sub(wait.from)))
        .collect()
}
