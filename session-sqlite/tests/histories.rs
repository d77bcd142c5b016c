//! Concurrent operations of random clients on one file are linearizable.

mod folder;
#[path = "folder/harness.rs"]
mod harness;

use harness::InFile;
use session_conformance::histories::{Options, Scheduling, check};

/// Checks that histories are linearizable, and that their operations overlapped.
fn assert_linearizable(scheduling: Scheduling) {
    match check(
        &InFile { two_handles: true, limits: None },
        &Options::new(scheduling).cases(24).runs(4),
    ) {
        Ok(report) => {
            println!("{report}");
            assert!(report.overlapping > 0, "{report}");
        }
        Err(failure) => panic!("{failure}\n"),
    }
}

#[test]
fn histories_of_clients_that_take_turns_are_linearizable() {
    assert_linearizable(Scheduling::Drawn);
}

#[test]
fn histories_of_clients_on_threads_are_linearizable() {
    assert_linearizable(Scheduling::Threads);
}
