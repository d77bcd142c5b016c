//! Draws programs and runs them until one makes a history that no order explains.

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
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use session_core::ManualClock;
use std::cell::RefCell;
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
}

/// Runs random programs on stores of `harness`, and looks for an order that explains each history.
///
/// It makes a tokio runtime of its own, so call it from a plain `#[test]`.
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
/// use session_core::ManualClock;
///
/// let harness = |clock: ManualClock| Model::new(clock).into_fixture();
/// let report = check(&harness, &Options::new(Scheduling::Drawn).cases(10))?;
/// assert_eq!(report.programs, 10);
/// # Ok::<(), session_conformance::histories::Failure>(())
/// ```
pub fn check(harness: &dyn Harness, options: &Options) -> Result<Report, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Setup(error.into()))?;
    let target = runtime.block_on(declared(harness)).map_err(Failure::Setup)?;
    let oracle = Oracle::new(target.capabilities());
    let search = Search { harness, options, runtime, oracle, state: RefCell::default() };
    for seed in options.seeds() {
        search.try_seed(seed, &target)?;
    }
    Ok(search.state.into_inner().report)
}

/// A store of the harness, for what it declares.
async fn declared(harness: &dyn Harness) -> Result<Target, SetupError> {
    let clock = ManualClock::at(Context::START);
    let mut fixture = harness.fixture(clock.clone()).await?;
    let target = Target::new(&fixture, clock);
    if let Some(teardown) = fixture.teardown.take() {
        teardown.await;
    }
    Ok(target)
}

struct Search<'a> {
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
}

impl Search<'_> {
    /// How many smaller programs are tried.
    const MOST_SHRINKS: u32 = 4_096;

    /// How many times as often a smaller program is run, so that it is not taken for sound because
    /// the orders that show the fault are others now.
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
        let result = runner.run_one(drawn, |program| {
            self.try_program(seed, &program).map_err(|failure| {
                self.state.borrow_mut().smallest = Some(failure);
                TestCaseError::fail("no order explains the history")
            })
        });
        let smallest = self.state.borrow_mut().smallest.take();
        match (result, smallest) {
            (Err(_), Some(failure)) => Err(failure),
            _ => Ok(()),
        }
    }

    fn try_program(&self, seed: u64, program: &Program) -> Result<(), Failure> {
        for order in self.orders() {
            let scheduling = self.options.scheduling;
            let ran = self.runtime.block_on(run(self.harness, program, scheduling, &order));
            let history = ran.map_err(Failure::Setup)?;
            self.count(&history);
            if let Err(unexplained) = linearize(&history, &self.oracle) {
                let program = program.clone();
                let found = CounterExample { seed, scheduling, program, history, unexplained };
                return Err(Failure::CounterExample(Box::new(found)));
            }
        }
        Ok(())
    }

    /// The orders in which to run a program: while it shrinks, first those like the one that failed.
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
