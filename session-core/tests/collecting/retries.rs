//! Tests of the failures that a collector retries, with its delays and limits.

use crate::scripted::{Asked, Scripted, failure, step};
use async_trait::async_trait;
use session_core::collector::{CollectError, Report};
use session_core::error::Operation;
use session_core::time::Timer;
use session_core::{Error, ErrorKind, Result};
use std::sync::Arc;
use std::time::Duration;

fn run(store: Scripted) -> (Result<Report, CollectError>, Vec<Asked>) {
    store.run(async |collector| collector.run(None, |_| ()).await)
}

fn millis(asked: &[Asked]) -> Vec<u128> {
    asked.iter().map(|asked| asked.at.as_millis()).collect()
}

#[test]
fn a_step_is_repeated_from_the_same_place_with_a_growing_back_off() {
    let (report, asked) = run(Scripted::new([
        Ok(step(1, Some("a"))),
        failure(ErrorKind::Unavailable),
        failure(ErrorKind::Unavailable),
        Ok(step(1, None)),
    ]));
    let report = report.expect("the failures pass");
    assert_eq!((report.steps, report.elapsed), (2, Duration::from_millis(300)));
    assert_eq!(millis(&asked), [0, 0, 100, 300]);
    let from: Vec<_> = asked.iter().map(|asked| asked.from.as_deref()).collect();
    assert_eq!(from, [None, Some("a"), Some("a"), Some("a")]);
}

#[test]
fn the_eighth_failure_in_a_row_is_the_last() {
    let failures = [(); 8].map(|()| failure(ErrorKind::Unavailable));
    let (stopped, asked) = run(Scripted::new([Ok(step(7, Some("a")))].into_iter().chain(failures)));
    let stopped = stopped.expect_err("the store never recovers");
    assert_eq!(stopped.error.kind(), ErrorKind::Unavailable);
    assert_eq!((stopped.report.steps, stopped.report.scanned), (1, 7));
    assert_eq!(stopped.report.next.expect("there is a place to resume").expose(), "a");
    assert_eq!(millis(&asked), [0, 0, 100, 300, 700, 1_500, 3_100, 6_300, 12_700]);
}

#[test]
fn what_no_waiting_mends_stops_the_collection_at_once() {
    for kind in [ErrorKind::Denied, ErrorKind::Conflict] {
        let (stopped, asked) = run(Scripted::new([failure(kind)]));
        assert_eq!(stopped.expect_err("the step fails").error.kind(), kind);
        assert_eq!(millis(&asked), [0]);
    }
}

/// A timer on a runtime without timers.
#[derive(Debug)]
struct Missing;

#[async_trait]
impl Timer for Missing {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn check(&self) -> Result<()> {
        Err(Error::new(Operation::Configure, ErrorKind::Config))
    }

    async fn sleep(&self, _: Duration) {
        unreachable!("it does not work")
    }
}

#[test]
fn without_a_timer_nothing_is_asked_of_the_store() {
    let store = Scripted::new([Ok(step(1, None))]);
    let (stopped, asked) =
        store.run_by(Arc::new(Missing), async |collector| collector.run(None, |_| ()).await);
    let error = stopped.expect_err("nobody can wait").error;
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Config, Operation::Collect));
    assert!(asked.is_empty());
}
