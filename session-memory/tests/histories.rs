//! What random clients do to the memory store at once is linearizable.

use session_conformance::{Fixture, histories};
use session_core::ManualClock;
use session_memory::MemoryStore;
use std::sync::Arc;

histories!(|clock: ManualClock| {
    let store = MemoryStore::builder().clock(clock).build();
    Fixture::full(Arc::new(store))
});
