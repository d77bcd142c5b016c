//! The memory store satisfies every law.

use session_conformance::{Fixture, suite};
use session_core::time::ManualClock;
use session_memory::MemoryStore;
use std::sync::Arc;

suite!(|clock: ManualClock| {
    let store = MemoryStore::builder().clock(clock).build();
    Fixture::full(Arc::new(store)).of_one_process()
});
