use super::{Cause, Outcome};
use crate::case::message_of;
use crate::{Case, Failure, Harness, Passed};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use tokio::runtime;

/// Runs a case in a thread and a runtime of its own, as a test does, and waits no longer than this.
///
/// A thread cannot be stopped from outside. One that is out of time is left behind, so that a case
/// that blocks does not stop the others either.
pub(super) fn run(case: &'static Case, harness: Arc<dyn Harness>, limit: Duration) -> Outcome {
    let (ended, ending) = channel();
    let thread = Builder::new().name(case.id());
    let thread = match thread.spawn(move || run_here(case, harness.as_ref(), &ended)) {
        Ok(thread) => thread,
        Err(error) => return failed(Cause::Setup, format!("no thread for the case: {error}")),
    };
    match ending.recv_timeout(limit) {
        Ok(outcome) => outcome,
        Err(RecvTimeoutError::Timeout) => {
            failed(Cause::TimeLimit, format!("hangs: no end within {limit:?}"))
        }
        Err(RecvTimeoutError::Disconnected) => panicked(thread),
    }
}

fn run_here(case: &Case, harness: &dyn Harness, ended: &Sender<Outcome>) {
    let outcome = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => outcome_of(runtime.block_on(case.run(harness))),
        Err(error) => failed(Cause::Setup, format!("no runtime for the case: {error}")),
    };
    // Nobody listens any more to a case that is out of time.
    let _ = ended.send(outcome);
}

fn outcome_of(result: Result<Passed, Failure>) -> Outcome {
    match result {
        Ok(Passed::Kept) => Outcome::Kept,
        Ok(Passed::Refused(lacks)) => Outcome::Refused { lacks },
        Err(failure) => {
            let cause = match failure {
                Failure::Setup(_) => Cause::Setup,
                Failure::Violation(_) => Cause::Violation,
                Failure::Panic(_) => Cause::Panic,
            };
            failed(cause, failure.to_string())
        }
    }
}

/// The harness panicked: what a store panics with comes as a failure.
fn panicked(thread: JoinHandle<()>) -> Outcome {
    let panic = thread.join().err();
    let message = panic.map_or_else(String::new, |panic| message_of(panic.as_ref()));
    failed(Cause::Panic, format!("the harness panicked: {message}"))
}

fn failed(cause: Cause, reason: String) -> Outcome {
    Outcome::Failed { cause, reason }
}
