//! How long a program is made smaller, by a clock that each set-up moves.

use super::{Failure, check_by};
use crate::histories::{Options, Scheduling};
use crate::{Context, Model, Rules};
use session_core::error::Operation;
use session_core::store::Version;
use session_core::time::{ManualClock, Timer};
use std::sync::Arc;
use std::time::Duration;

/// Lets the last write win, whatever version it expects.
#[derive(Debug)]
struct IgnoresTheVersion;

impl Rules for IgnoresTheVersion {
    fn is_expected(&self, _: Operation, _: &Version, _: &Version) -> bool {
        true
    }
}

/// Counts the set-ups until a check has found the fault and shrunk the program.
///
/// The check shrinks for `most_shrinks` set-ups at most.
fn set_ups(most_shrinks: u64) -> u64 {
    let timer = ManualClock::at(Context::start());
    let harness = |clock: ManualClock| {
        timer.advance(Duration::from_secs(1));
        Model::with_rules(clock, Arc::new(IgnoresTheVersion)).into_fixture()
    };
    let options = Options::new(Scheduling::Drawn).regardless_of_the_environment().seed(0);
    let options = options.cases(4_000).max_shrink_time(Duration::from_secs(most_shrinks));
    match check_by(&timer, &harness, &options) {
        Err(Failure::CounterExample(_)) => timer.elapsed().as_secs(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn shrinking_ends_when_its_time_is_over() {
    let until_found = set_ups(0);
    assert_eq!(set_ups(10), until_found + 10);
    assert!(set_ups(100_000) > until_found + 10);
}
