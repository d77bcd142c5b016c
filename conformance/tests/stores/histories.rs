//! Tests of the faults that random histories find, and the stores that they accept.

mod faults;
mod lost_replies;
mod queued;
mod searching;

use session_conformance::histories::{
    CounterExample, Failure, Options, Scheduling, assert_linearizable, check,
};
use session_conformance::{Fixture, Harness, Model};
use session_core::time::ManualClock;

/// More programs than needed to find any fault of this module.
const ENOUGH: u32 = 4_000;

/// The limit of operations in which a planted fault must show.
const SMALL: usize = 10;

fn drawn() -> Options {
    Options::new(Scheduling::Drawn)
}

fn counter_example(harness: &dyn Harness, options: &Options) -> Box<CounterExample> {
    match check(harness, options) {
        Err(Failure::CounterExample(found)) => found,
        Err(failure) => panic!("{failure}"),
        Ok(report) => panic!("nothing is found in {report}"),
    }
}

/// Checks that the search finds the fault, and shrinks the program.
///
/// The search must report a seed that shows the fault.
fn assert_found(harness: impl Fn(ManualClock) -> Fixture + Send + Sync) {
    let planted = drawn().regardless_of_the_environment();
    let found = counter_example(&harness, &planted.clone().cases(ENOUGH).seed(0));
    println!("{found}");
    assert!(found.operations() < SMALL, "{} operations are left", found.operations());
    let again = counter_example(&harness, &planted.cases(1).seed(found.seed()));
    assert_eq!(again.to_string(), found.to_string());
}

/// Checks that the search finds nothing, with every scheduler.
fn assert_passes(harness: &dyn Harness) {
    assert_linearizable(harness, &drawn());
    assert_linearizable(harness, &Options::new(Scheduling::Threads));
}

#[test]
fn the_model_passes() {
    assert_passes(&|clock: ManualClock| -> Fixture { Model::new(clock).into_fixture() });
}
