use super::ours::NAMES;
use super::{READ, WRITTEN};
use crate::contender::Subject;
use crate::data::{self, HOUR};
use crate::tower_store::filled;
use std::hint::black_box;
use std::sync::Arc;
use tower_sessions::session::Id;
use tower_sessions::{Expiry, MemoryStore, Session};

/// The sessions of `tower-sessions`, used as its middleware uses them.
pub(super) struct Theirs {
    store: Arc<MemoryStore>,
    ids: Vec<String>,
    expiry: Expiry,
}

impl Theirs {
    pub(super) fn new(sessions: usize) -> Self {
        let (store, ids) = filled(sessions);
        let hour = HOUR.try_into().expect("an hour is no long time");
        Self {
            store: Arc::new(store),
            ids: ids.iter().map(Id::to_string).collect(),
            expiry: Expiry::OnInactivity(hour),
        }
    }

    fn open(&self, session: usize) -> Session {
        let id: Id = self.ids[session].parse().expect("the ids are well formed");
        Session::new(Some(id), Arc::clone(&self.store), Some(self.expiry))
    }

    async fn get(session: &Session, field: usize) -> String {
        let found = session.get(NAMES[field]).await;
        found.expect("the data is a string").expect("no session expires so soon")
    }
}

impl Subject for Theirs {
    async fn read(&self, session: usize) {
        let opened = self.open(session);
        for field in READ {
            black_box(Self::get(&opened, field).await);
        }
    }

    async fn write(&self, session: usize, stamp: u64) {
        let opened = self.open(session);
        black_box(Self::get(&opened, READ[0]).await);
        let value = data::value(session, WRITTEN, stamp);
        let inserted = opened.insert(NAMES[WRITTEN], value).await;
        inserted.expect("a string is JSON");
        opened.save().await.expect("memory does not fail");
    }
}
