//! Concurrent operations of random clients on the memory store are linearizable.

use session_conformance::histories::{Options, Scheduling, check};
use session_conformance::{Fixture, histories};
use session_core::time::ManualClock;
use session_memory::MemoryStore;
use std::sync::Arc;
use std::thread;

fn memory(clock: ManualClock) -> Fixture {
    Fixture::full(Arc::new(MemoryStore::builder().clock(clock).build()))
}

histories!(memory);

/// Makes histories until enough operations overlap.
///
/// The histories above prove little if the threads do not overlap, which depends on the machine.
#[test]
fn operations_of_clients_on_threads_overlap() {
    const ENOUGH: u64 = 200;
    const MOST_CHECKS: u32 = 200;
    if thread::available_parallelism().is_ok_and(|processors| processors.get() == 1) {
        println!("one processor runs one thread at a time");
        return;
    }
    let mut overlapping = 0;
    for _ in 0..MOST_CHECKS {
        let report = check(&memory, &Options::new(Scheduling::Threads).cases(16));
        let report = report.unwrap_or_else(|failure| panic!("{failure}\n"));
        println!("{report}");
        overlapping += report.overlapping;
        if overlapping >= ENOUGH {
            return;
        }
    }
    panic!("only {overlapping} operations were under way together with another");
}
