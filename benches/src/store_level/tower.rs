use crate::contender::Subject;
use crate::data;
use crate::tower_store::{expiry, filled};
use std::hint::black_box;
use tower_sessions::session::{Id, Record};
use tower_sessions::{MemoryStore, SessionStore};

/// The memory store of `tower-sessions`: every write overwrites what is there.
pub(super) struct Tower {
    store: MemoryStore,
    ids: Vec<Id>,
}

impl Tower {
    pub(super) fn new(sessions: usize) -> Self {
        let (store, ids) = filled(sessions);
        Self { store, ids }
    }

    async fn load(&self, session: usize) -> Record {
        let loaded = self.store.load(&self.ids[session]).await;
        loaded.expect("memory does not fail").expect("no session expires so soon")
    }
}

impl Subject for Tower {
    async fn read(&self, session: usize) {
        black_box(self.load(session).await);
    }

    async fn write(&self, session: usize, stamp: u64) {
        let mut record = self.load(session).await;
        let value = data::value(session, 0, stamp);
        record.data.insert(data::name(0), value.into());
        record.expiry_date = expiry();
        self.store.save(&record).await.expect("memory does not fail");
    }
}
