//! The toy store's report: `cargo run -p toy-store --example conformance`.

use session_conformance::{Fixture, runner};
use session_core::time::ManualClock;
use std::process::ExitCode;
use std::sync::Arc;
use toy_store::ToyStore;

fn main() -> ExitCode {
    runner::main(|clock: ManualClock| Fixture::new(Arc::new(ToyStore::new(clock))).of_one_process())
}
