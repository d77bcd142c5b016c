use super::{Cause, Outcome};
use crate::case::message_of;
use crate::{Case, Failure, Harness, Passed};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use tokio::runtime;

/// A case that runs in a thread and a runtime of its own, as a test does.
pub(super) struct CaseThread {
    thread: JoinHandle<()>,
    ending: Receiver<Outcome>,
}

impl CaseThread {
    /// Starts a case, unless the system has no more threads.
    pub(super) fn start(case: &'static Case, harness: Arc<dyn Harness>) -> io::Result<Self> {
        let (ended, ending) = channel();
        let thread = Builder::new().name(case.id());
        let thread = thread.spawn(move || run_here(case, harness.as_ref(), &ended))?;
        Ok(Self { thread, ending })
    }

    /// Waits for the end of the case, and no longer than this.
    ///
    /// A thread cannot be stopped from outside. One that is out of time is left behind, so that a
    /// case that blocks does not stop the others either.
    pub(super) fn outcome(self, limit: Duration) -> Outcome {
        match self.ending.recv_timeout(limit) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Timeout) => {
                failed(Cause::TimeLimit, format!("hangs: no end within {limit:?}"))
            }
            Err(RecvTimeoutError::Disconnected) => panicked(self.thread),
        }
    }
}

/// The system had no thread for a case, though no other was running.
pub(super) fn not_started(error: &io::Error) -> Outcome {
    failed(Cause::Setup, format!("no thread for the case: {error}"))
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
