use proptest::test_runner::{Config, RngSeed};
use session_core::random::{OsRandom, Randomness};
use std::env;
use std::time::Duration;

/// How many programs to run, how large, and how their clients take turns.
///
/// The environment decides over what is set here, by the variables of proptest: `PROPTEST_CASES` is
/// the number of programs, `PROPTEST_RNG_SEED` the seed of the first.
///
/// ```
/// use session_conformance::histories::{Options, Scheduling};
///
/// let options = Options::new(Scheduling::Drawn).cases(1_000).clients(2).keys(1);
/// # assert!(format!("{options:?}").contains("1000"));
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    pub(super) scheduling: Scheduling,
    cases: u32,
    seed: Option<u64>,
    heeds_environment: bool,
    pub(super) clients: usize,
    pub(super) keys: usize,
    pub(super) steps: usize,
    pub(super) runs: usize,
    pub(super) max_shrink_time: Duration,
    pub(super) max_history_time: Duration,
}

/// The scheduler of the clients' calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheduling {
    /// Polls all clients on one thread, in an order drawn from the number of the run.
    Drawn,
    /// Each client on a thread of its own, as the operating system has it.
    Threads,
}

impl Options {
    /// The largest number of steps that [`Options::steps`] accepts.
    ///
    /// More steps, with all that belongs to them, do not fit into the checker's set of operations.
    pub(super) const MOST_STEPS: usize = 24;
    pub(super) const MOST_KEYS: usize = 3;

    /// Longer than shrinking takes on a store in memory, or a history on a server.
    const LONG: Duration = Duration::from_mins(1);

    /// Creates the options that find most in little time.
    ///
    /// The programs have three clients, two keys, and 16 steps at most.
    pub fn new(scheduling: Scheduling) -> Self {
        let (cases, runs) = match scheduling {
            Scheduling::Drawn => (256, 8),
            Scheduling::Threads => (64, 16),
        };
        Self {
            scheduling,
            cases,
            seed: None,
            heeds_environment: true,
            clients: 3,
            keys: 2,
            steps: 16,
            runs,
            max_shrink_time: Self::LONG,
            max_history_time: Self::LONG,
        }
    }

    /// How many programs are drawn, if `PROPTEST_CASES` does not say.
    #[must_use]
    pub fn cases(self, cases: u32) -> Self {
        Self { cases, ..self }
    }

    /// Sets the seed of the first program, unless `PROPTEST_RNG_SEED` sets it.
    ///
    /// The next programs have the seeds that follow. Without a seed, every check draws other
    /// programs.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    /// Ignores the environment, for tests that must find the fault they are there for.
    #[must_use]
    pub fn regardless_of_the_environment(self) -> Self {
        Self { heeds_environment: false, ..self }
    }

    /// How many clients a program has at most; one at least.
    #[must_use]
    pub fn clients(self, clients: usize) -> Self {
        Self { clients: clients.max(1), ..self }
    }

    /// On how many keys the clients meet: from one to three.
    #[must_use]
    pub fn keys(self, keys: usize) -> Self {
        Self { keys: keys.clamp(1, Self::MOST_KEYS), ..self }
    }

    /// How many steps the clients of a program take together at most: from one to 24.
    #[must_use]
    pub fn steps(self, steps: usize) -> Self {
        Self { steps: steps.clamp(1, Self::MOST_STEPS), ..self }
    }

    /// How often each program is run, every time in another order; once at least.
    #[must_use]
    pub fn runs(self, runs: usize) -> Self {
        Self { runs: runs.max(1), ..self }
    }

    /// Limits the time to make a program that failed smaller; the default is a minute.
    ///
    /// The smallest program by then is the counter-example. A run in progress is awaited.
    #[must_use]
    pub fn max_shrink_time(self, max_shrink_time: Duration) -> Self {
        Self { max_shrink_time, ..self }
    }

    /// How long one history may take, its set-up included; a minute if this is not set.
    ///
    /// This finds a store that waits forever, unless it blocks its thread while it waits.
    #[must_use]
    pub fn max_history_time(self, max_history_time: Duration) -> Self {
        Self { max_history_time, ..self }
    }

    /// Returns whether to report the seed of a failure.
    ///
    /// A test that must find the fault that it is there for does not report it.
    pub(super) fn tells_seeds(&self) -> bool {
        self.heeds_environment
    }

    /// The seeds of the programs, one for each.
    pub(super) fn seeds(&self) -> impl Iterator<Item = u64> + use<> {
        let (cases, seed) = self.environment();
        let first = seed.or(self.seed).unwrap_or_else(draw);
        (0..u64::from(cases.unwrap_or(self.cases))).map(move |case| first.wrapping_add(case))
    }

    /// How many programs the environment wants, and from which seed.
    fn environment(&self) -> (Option<u32>, Option<u64>) {
        if !self.heeds_environment {
            return (None, None);
        }
        let config = Config::default();
        let is_set = env::var_os("PROPTEST_CASES").is_some();
        let seed = match config.rng_seed {
            RngSeed::Fixed(seed) => Some(seed),
            RngSeed::Random => None,
        };
        (is_set.then_some(config.cases), seed)
    }
}

fn draw() -> u64 {
    let mut bytes = [0; 8];
    OsRandom.fill(&mut bytes);
    u64::from_le_bytes(bytes)
}
