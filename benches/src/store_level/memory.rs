use crate::contender::Subject;
use crate::data;
use crate::filled::filled;
use session_core::ErrorKind;
use session_core::random::OsRandom;
use session_core::store::{
    Change, Expect, Freshness, Key, LockDisposition, SessionStore, Snapshot, Tag,
};
use session_memory::MemoryStore;
use std::hint::black_box;

/// This project's store: every write expects the version that was read.
pub(super) struct Memory {
    store: MemoryStore,
    keys: Vec<Key>,
}

impl Memory {
    pub(super) fn new(sessions: usize) -> Self {
        Self { store: filled(sessions), keys: (0..sessions).map(data::key).collect() }
    }

    async fn load(&self, session: usize) -> Snapshot {
        let loaded = self.store.load(&self.keys[session], Freshness::AsConfigured).await;
        loaded.expect("memory does not fail").expect("no session expires so soon")
    }
}

impl Subject for Memory {
    async fn read(&self, session: usize) {
        black_box(self.load(session).await);
    }

    async fn write(&self, session: usize, stamp: u64) {
        let Snapshot { record, version } = self.load(session).await;
        let change = Change {
            payload: data::changed(&record.payload, stamp),
            expires: data::in_an_hour(),
            lifetime: None,
            lock: LockDisposition::Keep,
        };
        let (expect, next) = (Expect::version(version), Tag::draw(&OsRandom));
        let key = &self.keys[session];
        match self.store.update(key, &change, &expect, &next).await {
            // Two tasks that meet at one session are rare, and the work is the same.
            Err(error) if error.kind() == ErrorKind::Conflict => {}
            written => written.expect("memory does not fail"),
        }
    }
}
