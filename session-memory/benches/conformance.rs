//! The memory store's measurements: `cargo bench -p session-memory`.

use session_conformance::{Fixture, bench};
use session_core::time::ManualClock;
use session_memory::MemoryStore;
use std::sync::Arc;

fn main() {
    let harness = |clock: ManualClock| {
        let store = MemoryStore::builder().clock(clock).build();
        Fixture::full(Arc::new(store))
    };
    bench::main(&[("memory", &harness)]);
}
