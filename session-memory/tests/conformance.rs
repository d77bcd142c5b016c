//! The memory store satisfies every law.

use session_conformance::{CASES, CLOCK_SKEW, Fixture, suite};
use session_core::time::ManualClock;
use session_memory::{MemoryStore, MemoryStoreBuilder};
use std::sync::Arc;

suite!(|clock: ManualClock| {
    let store = MemoryStore::builder().clock(clock).build();
    Fixture::full(Arc::new(store)).of_one_process()
});

/// The suite on a store whose settings come after its clock.
async fn assert_passes_with(settings: fn(MemoryStoreBuilder) -> MemoryStoreBuilder) {
    let harness = |clock: ManualClock| {
        let store = settings(MemoryStore::builder().clock(clock)).build();
        Fixture::full(Arc::new(store)).of_one_process()
    };
    for case in CASES {
        if let Err(failure) = case.run(&harness).await {
            panic!("{case}: {failure}");
        }
    }
}

#[tokio::test]
async fn every_case_passes_with_a_bound_of_sessions_and_one_shard() {
    assert_passes_with(|builder| {
        builder.clock_skew(CLOCK_SKEW).max_key_bytes(256).shards(1).max_sessions(500)
    })
    .await;
}

#[tokio::test]
async fn every_case_passes_with_a_bound_of_bytes_and_two_shards() {
    assert_passes_with(|builder| {
        builder.shards(2).max_record_bytes(8 * 1_024).max_bytes(64 * 1_024)
    })
    .await;
}
