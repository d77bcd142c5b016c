//! Draws programs and runs them until one makes a history that no order explains.

#[cfg(test)]
mod tests;

use super::generate::programs;
use super::history::History;
use super::linearize::linearize;
use super::oracle::Oracle;
use super::program::Program;
use super::run::run;
use super::target::Target;
use super::turns::Order;
use super::{CounterExample, Options, Report};
use crate::{Context, Harness, SetupError};
use futures_util::future::{Either, select};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use session_core::time::TokioTimer;
use session_core::time::{ManualClock, Timer};
use std::cell::RefCell;
use std::io::{Write, stderr};
use std::pin::pin;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// Why a check did not pass.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The harness made no store, or there was no runtime to make it in.
    #[error("the harness made no store: {0}")]
    Setup(SetupError),
    /// A history is not linearizable.
    #[error("{0}")]
    CounterExample(Box<CounterExample>),
    /// A history did not end in the time that [`Options`] give it.
    #[error(
        "a history did not end within {limit:?}\n{program}\
         To see it again: PROPTEST_RNG_SEED={seed} PROPTEST_CASES=1"
    )]
    #[non_exhaustive]
    Hangs {
        /// The seed that its program was drawn from.
        seed: u64,
        /// The time that it had.
        limit: Duration,
        /// The program, step by step.
        program: String,
    },
}

/// Runs random programs and looks for an order that explains each history.
///
/// The programs run on stores of `harness`. The function makes a tokio runtime of its own, so call
/// it from a plain `#[test]`. The seed of a program that fails is written to the standard error at
/// once, past what captures the output of tests, so that it is known even if the test is killed
/// while the program is made smaller.
///
/// # Errors
///
/// [`Failure`]: the smallest counter-example that was found, or what the set-up said.
///
/// # Panics
///
/// When called within a runtime.
///
/// # Examples
///
/// ```
/// use session_conformance::Model;
/// use session_conformance::histories::{Options, Scheduling, check};
/// use session_core::time::ManualClock;
///
/// let harness = |clock: ManualClock| Model::new(clock).into_fixture();
/// let report = check(&harness, &Options::new(Scheduling::Drawn).cases(10))?;
/// assert_eq!(report.programs, 10);
/// # Ok::<(), session_conformance::histories::Failure>(())
/// ```
pub fn check(harness: &dyn Harness, options: &Options) -> Result<Report, Failure> {
    check_by(&TokioTimer::new(), harness, options)
}

/// The same, with limits that go by this timer.
fn check_by(
    timer: &dyn Timer,
    harness: &dyn Harness,
    options: &Options,
) -> Result<Report, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Setup(error.into()))?;
    let target = runtime.block_on(declared(harness)).map_err(Failure::Setup)?;
    if target.capabilities().tells_versions_by_content() {
        return Err(Failure::Setup(
            "histories tell writes by tags, and the store by content".into(),
        ));
    }
    let oracle = Oracle::new(target.capabilities());
    let search = Search { timer, harness, options, runtime, oracle, state: RefCell::default() };
    let tried = options.seeds().try_for_each(|seed| search.try_seed(seed, &target));
    // The thread of a client that hangs has no end that could be awaited.
    search.runtime.shutdown_background();
    tried.map(|()| search.state.into_inner().report)
}

/// A store of the harness, for what it declares.
async fn declared(harness: &dyn Harness) -> Result<Target, SetupError> {
    let clock = ManualClock::at(Context::start());
    let mut fixture = harness.fixture(clock.clone()).await?;
    let target = Target::new(&fixture, clock);
    if let Some(teardown) = fixture.teardown.take() {
        teardown.await;
    }
    Ok(target)
}

struct Search<'a> {
    timer: &'a dyn Timer,
    harness: &'a dyn Harness,
    options: &'a Options,
    runtime: Runtime,
    oracle: Oracle,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    report: Report,
    /// The failure of the smallest program so far.
    smallest: Option<Failure>,
    /// When the first failure was found.
    found: Duration,
}

impl Search<'_> {
    /// How many smaller programs are tried.
    const MOST_SHRINKS: u32 = 4_096;

    /// How many times as often a smaller program is run.
    ///
    /// Other orders show the fault in a smaller program, which could otherwise be taken for sound.
    const PERSISTENCE: usize = 4;

    fn try_seed(&self, seed: u64, target: &Target) -> Result<(), Failure> {
        let mut runner = TestRunner::new(Config {
            rng_seed: RngSeed::Fixed(seed),
            max_shrink_iters: Self::MOST_SHRINKS,
            failure_persistence: None,
            ..Config::default()
        });
        let programs = programs(self.options, target);
        let drawn = programs.new_tree(&mut runner);
        let drawn = drawn.map_err(|reason| Failure::Setup(reason.message().into()))?;
        self.state.borrow_mut().report.programs += 1;
        let tried = runner.run_one(drawn, |program| {
            self.try_program(seed, &program).or_else(|failure| self.note(seed, failure))
        });
        let smallest = self.state.borrow_mut().smallest.take();
        match (tried, smallest) {
            (_, Some(failure)) => Err(failure),
            // A harness that panics is caught by proptest.
            (Err(TestError::Fail(reason, _) | TestError::Abort(reason)), None) => {
                Err(Failure::Setup(reason.message().into()))
            }
            (Ok(_), None) => Ok(()),
        }
    }

    fn try_program(&self, seed: u64, program: &Program) -> Result<(), Failure> {
        for order in self.orders() {
            if self.has_enough() {
                return Ok(());
            }
            let scheduling = self.options.scheduling;
            let history = self.run(seed, program, &order)?;
            self.count(&history);
            if let Err(unexplained) = linearize(&history, &self.oracle) {
                let program = program.clone();
                let found = CounterExample { seed, scheduling, program, history, unexplained };
                return Err(Failure::CounterExample(Box::new(found)));
            }
        }
        Ok(())
    }

    fn run(&self, seed: u64, program: &Program, order: &Order) -> Result<History, Failure> {
        let limit = self.options.max_history_time;
        let ran = self.runtime.block_on(async {
            let running = pin!(run(self.harness, program, self.options.scheduling, order));
            match select(running, self.timer.sleep(limit)).await {
                Either::Left((ran, _)) => Some(ran),
                Either::Right(_) => None,
            }
        });
        let ran =
            ran.ok_or_else(|| Failure::Hangs { seed, limit, program: program.to_string() })?;
        ran.map_err(Failure::Setup)
    }

    /// Returns whether the search for smaller programs ends.
    ///
    /// It ends when there is nothing to shrink, or no time left for it.
    fn has_enough(&self) -> bool {
        let state = self.state.borrow();
        match &state.smallest {
            None => false,
            Some(Failure::CounterExample(_)) => {
                let taken = self.timer.elapsed().saturating_sub(state.found);
                taken >= self.options.max_shrink_time
            }
            Some(_) => true,
        }
    }

    /// Records a failure of a program, unless the known failure says more.
    fn note(&self, seed: u64, failure: Failure) -> Result<(), TestCaseError> {
        let mut state = self.state.borrow_mut();
        let is_found = matches!(failure, Failure::CounterExample(_));
        match state.smallest {
            None if is_found => {
                state.found = self.timer.elapsed();
                self.announce(seed);
            }
            // That a smaller program could not be run says nothing of it.
            Some(_) if !is_found => return Ok(()),
            _ => {}
        }
        state.smallest = Some(failure);
        Err(TestCaseError::fail("no order explains the history"))
    }

    /// Reports the seed before shrinking, so that a killed process has reported it.
    fn announce(&self, seed: u64) {
        if !self.options.tells_seeds() {
            return;
        }
        let limit = self.options.max_shrink_time;
        // The macros write to what captures the output of tests. If that fails now, the
        // failure does.
        let _ = writeln!(
            stderr(),
            "a program fails, and is made smaller for {limit:?} at most; \
             to see it again: PROPTEST_RNG_SEED={seed} PROPTEST_CASES=1"
        );
    }

    /// The orders in which to run a program.
    ///
    /// While a program shrinks, the orders like the one that failed come first.
    fn orders(&self) -> Vec<Order> {
        let drawn = |runs| (0..runs).map(Order::Drawn);
        match &self.state.borrow().smallest {
            Some(Failure::CounterExample(smallest)) => {
                let like = Order::like(&smallest.history.turns);
                like.chain(drawn(self.options.runs * Self::PERSISTENCE)).collect()
            }
            _ => drawn(self.options.runs).collect(),
        }
    }

    fn count(&self, history: &History) {
        let report = &mut self.state.borrow_mut().report;
        report.histories += 1;
        report.operations += history.events.len() as u64;
        report.overlapping += history.overlapping() as u64;
    }
}
