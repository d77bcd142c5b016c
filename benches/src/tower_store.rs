use crate::data;
use crate::filled::block_on;
use std::collections::HashMap;
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::{MemoryStore, SessionStore};

/// A memory store of `tower-sessions` with so many sessions, and their ids.
pub(crate) fn filled(sessions: usize) -> (MemoryStore, Vec<Id>) {
    let store = MemoryStore::default();
    let ids: Vec<Id> = (0..sessions).map(|_| Id::default()).collect();
    block_on(async {
        for (session, id) in ids.iter().enumerate() {
            let data: HashMap<String, String> = data::fields(session);
            let record = Record {
                id: *id,
                data: data.into_iter().map(|(name, value)| (name, value.into())).collect(),
                expiry_date: expiry(),
            };
            store.save(&record).await.expect("memory does not fail");
        }
    });
    (store, ids)
}

/// When a session expires that is written now.
pub(crate) fn expiry() -> OffsetDateTime {
    OffsetDateTime::now_utc() + data::HOUR
}
