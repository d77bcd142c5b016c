//! The conformance report of the memory store.
//!
//! Run it with `cargo run -p session-memory --example memory-conformance`.

use session_conformance::{Fixture, runner};
use session_core::time::ManualClock;
use session_memory::MemoryStore;
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    runner::main(|clock: ManualClock| {
        let store = MemoryStore::builder().clock(clock).build();
        Fixture::full(Arc::new(store)).of_one_process()
    })
}
