//! A tenth of many sessions expires at once while others are read at a fixed rate.

use crate::data::{self, FIRST, HOUR};
use crate::filled::block_on;
use crate::load::Dice;
use crate::report::verdict;
use crate::rounds::nanos;
use crate::spread::{Spread, per_mille};
use crate::{Options, Table};
use session_core::Collector;
use session_core::store::{Freshness, Key, Record, SessionStore};
use session_core::time::TokioTimer;
use session_core::time::{Clock, EpochMillis, SystemClock, Timer};
use session_memory::MemoryStore;
use std::hint::spin_loop;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// How long collecting may take.
const TARGET: Duration = Duration::from_secs(10);

/// How much longer a load may take meanwhile, at the 99th percentile.
const TARGET_RATIO: f64 = 2.0;

/// The time from the begin of one load to that of the next: 50,000 in a second.
const PERIOD: Duration = Duration::from_micros(20);

/// How long nothing but reading goes on.
const IDLE: Duration = Duration::from_millis(200);

/// In every round one of so many sessions expires.
const SHARE: usize = 10;

/// Ten times as many sessions as elsewhere: a million, by default.
pub fn collecting(options: &Options) -> Table {
    let sessions = options.sessions.saturating_mul(NonZeroUsize::MIN.saturating_add(9));
    let clock = Shifted::default();
    let store = Arc::new(MemoryStore::builder().clock(clock.clone()).build());
    let hall = Hall { store, clock, keys: (0..sessions.get()).map(data::key).collect() };
    for session in 0..sessions.get() {
        hall.create(session, 0);
    }
    let rounds: Vec<Round> = (0..options.rounds.get()).map(|round| hall.round(round)).collect();
    tables(&rounds)
}

fn tables(rounds: &[Round]) -> Table {
    let mut table = Table::new(&["what", "median (quartiles)", "target", ""]);
    let spread = |figure: fn(&Round) -> f64| Spread::of(rounds.iter().map(figure));
    let took = spread(|round| round.took.as_secs_f64());
    table.row(&[
        "all collected, s".into(),
        took.to_string(),
        format!("{}", TARGET.as_secs()),
        verdict(rounds.iter().all(|round| round.took <= TARGET)),
    ]);
    let ratio = spread(|round| round.busy / round.idle);
    table.row(&[
        "99th percentile of `load`, in idle ones".into(),
        ratio.to_string(),
        format!("{TARGET_RATIO}"),
        verdict(ratio.median <= TARGET_RATIO),
    ]);
    for (name, figure) in [
        ("99th percentile of `load`, idle, µs", (|round| round.idle / 1e3) as fn(&Round) -> f64),
        ("99th percentile of `load`, meanwhile, µs", |round| round.busy / 1e3),
    ] {
        table.row(&[name.into(), spread(figure).to_string(), "none".into(), String::new()]);
    }
    table
}

struct Round {
    took: Duration,
    /// The 99th percentiles, in nanoseconds.
    idle: f64,
    busy: f64,
}

struct Hall {
    store: Arc<MemoryStore>,
    clock: Shifted,
    keys: Vec<Key>,
}

impl Hall {
    /// Creates a session that expires in `round` if it belongs to it, or else later.
    fn create(&self, session: usize, round: usize) {
        let rounds = (session + SHARE - round % SHARE) % SHARE + 1;
        let lives = HOUR * u32::try_from(rounds).expect("there are ten");
        let record = Record {
            expires: self.clock.now().timestamp().saturating_add(lives),
            ..data::record(session)
        };
        block_on((*self.store).create(&self.keys[session], &record, &FIRST))
            .expect("it is not there yet");
    }

    /// Reads in idle times, lets a tenth expire, and reads while it is collected.
    ///
    /// Then new sessions replace the tenth.
    fn round(&self, round: usize) -> Round {
        let (_, idle) = self.read_during(round, || block_on(TokioTimer::new().sleep(IDLE)));
        self.clock.advance(HOUR);
        let (took, busy) = self.read_during(round, || self.collect());
        for session in (round % SHARE..self.keys.len()).step_by(SHARE) {
            self.create(session, round + 1);
        }
        Round { took, idle, busy }
    }

    fn collect(&self) {
        let timer = TokioTimer::new();
        let collector = Collector::new(self.store.clone(), timer).grace(Duration::ZERO);
        let report = block_on(collector.run(None, |_| ())).expect("memory does not fail");
        let expired = self.keys.len().div_ceil(SHARE) as u64;
        assert_eq!(report.deleted, expired, "a tenth expired, and nothing else did");
    }

    /// Reads on a second thread as long as `event` runs.
    ///
    /// It returns how long that was, and the 99th percentile of the reads.
    fn read_during(&self, round: usize, event: impl FnOnce()) -> (Duration, f64) {
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            let reader = scope.spawn(|| self.read_until(round, &over));
            let timer = TokioTimer::new();
            event();
            let took = timer.elapsed();
            over.store(true, Ordering::Relaxed);
            let mut loads = reader.join().expect("no load panics");
            (took, per_mille(&mut loads, 990))
        })
    }

    /// Reads at a fixed rate, and returns how long each load took from its call.
    ///
    /// From the time at which it was due would be stricter, and say more about who else wants the
    /// processor than about the store.
    fn read_until(&self, round: usize, over: &AtomicBool) -> Vec<f64> {
        let mut dice = Dice::new(round as u64);
        let timer = TokioTimer::new();
        let mut due = PERIOD;
        let mut loads = Vec::with_capacity(1 << 16);
        block_on(async {
            while !over.load(Ordering::Relaxed) {
                let session = dice.below(NonZeroUsize::new(self.keys.len()).expect("not empty"));
                while timer.elapsed() < due {
                    spin_loop();
                }
                let call = timer.elapsed();
                let loaded = (*self.store).load(&self.keys[session], Freshness::AsConfigured).await;
                let took = timer.elapsed().saturating_sub(call);
                loaded.expect("memory does not fail");
                loads.push(nanos(took));
                due += PERIOD;
            }
        });
        loads
    }
}

/// The system's clock, put forward.
#[derive(Clone, Debug, Default)]
struct Shifted(Arc<AtomicU64>);

impl Shifted {
    fn advance(&self, by: Duration) {
        self.0.fetch_add(by.as_secs(), Ordering::Relaxed);
    }
}

impl Clock for Shifted {
    fn now(&self) -> EpochMillis {
        let by = Duration::from_secs(self.0.load(Ordering::Relaxed));
        SystemClock.now().saturating_add(by)
    }
}
