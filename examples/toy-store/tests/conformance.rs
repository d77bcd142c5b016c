//! The toy store satisfies its declaration, and rejects all other operations.

use session_conformance::{Fixture, suite};
use session_core::time::ManualClock;
use std::sync::Arc;
use toy_store::ToyStore;

suite!(|clock: ManualClock| Fixture::new(Arc::new(ToyStore::new(clock))));
