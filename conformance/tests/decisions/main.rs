//! Tests of core's decision functions against the suite and the Model.
//!
//! The Model does not use these functions.

mod engine;
mod programs;

use engine::MapEngine;
use session_conformance::{Fixture, suite};
use session_core::store::{CollectingStore, LockingStore, SessionStore};
use session_core::time::ManualClock;
use session_core::transactional::TransactionalStore;
use std::sync::Arc;

fn store(clock: ManualClock) -> TransactionalStore<MapEngine> {
    TransactionalStore::new(MapEngine::default()).clock(clock)
}

suite!(|clock: ManualClock| {
    let store = Arc::new(store(clock));
    Fixture::new(Arc::clone(&store) as Arc<dyn SessionStore>)
        .with_locking(Arc::clone(&store) as Arc<dyn LockingStore>)
        .with_collecting(store as Arc<dyn CollectingStore>)
});
