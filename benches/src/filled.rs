use crate::data::{self, FIRST};
use session_core::store::SessionStore;
use session_memory::MemoryStore;
use tokio::runtime::Builder;

/// A memory store with so many sessions.
pub(crate) fn filled(sessions: usize) -> MemoryStore {
    let store = MemoryStore::new();
    block_on(async {
        for session in 0..sessions {
            let (key, record) = (data::key(session), data::record(session));
            let created = store.create(&key, &record, &FIRST).await;
            created.expect("the keys are all different");
        }
    });
    store
}

/// Completes `future`, which prepares something, on this thread.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = Builder::new_current_thread().enable_time().build();
    runtime.expect("this thread needs nothing more of the system").block_on(future)
}
