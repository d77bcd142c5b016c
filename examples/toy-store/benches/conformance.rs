//! The toy store's measurements: `cargo bench -p toy-store`.

use session_conformance::{Fixture, bench};
use session_core::time::ManualClock;
use std::sync::Arc;
use toy_store::ToyStore;

fn main() {
    let harness = |clock: ManualClock| Fixture::new(Arc::new(ToyStore::new(clock)));
    bench::main(&[("toy", &harness)]);
}
