//! Tests of rows that another program changed, so that the store cannot read them.

use crate::folder::Folder;
use rusqlite::Connection;
use session_core::codec::RawString;
use session_core::sessions::{Presented, Undecodable};
use session_core::strategy::Strategy;
use session_core::{ErrorKind, LastWriteWins, Optimistic, SessionId, Sessions};
use session_sqlite::SqliteStore;
use std::sync::Arc;

fn sessions(strategy: impl Strategy, undecodable: Undecodable) -> Sessions<String> {
    let builder = Sessions::builder(strategy, RawString::new()).on_undecodable(undecodable);
    builder.build().expect("the parts fit together")
}

fn of_each_strategy(store: &Arc<SqliteStore>, undecodable: Undecodable) -> [Sessions<String>; 2] {
    [
        sessions(LastWriteWins::new(Arc::clone(store)), undecodable),
        sessions(Optimistic::new(Arc::clone(store)), undecodable),
    ]
}

async fn given(folder: &Folder) -> (Arc<SqliteStore>, SessionId) {
    let store = Arc::new(SqliteStore::open(folder.file()).await.expect("it opens"));
    let [sessions, _] = of_each_strategy(&store, Undecodable::Reject);
    let mut session = sessions.open(None).await.expect("it is new");
    session.data_mut().push_str("data");
    let id = session.id().clone();
    let _ = session.commit().await.expect("it is stored");
    (store, id)
}

/// The row contains bytes that are not text.
fn change(folder: &Folder) {
    let connection = Connection::open(folder.file()).expect("it opens");
    let changed = connection.execute("UPDATE sessions SET payload = x'ff'", []);
    assert_eq!(changed.expect("it is SQL"), 1);
}

#[tokio::test]
async fn a_session_that_the_store_cannot_read_is_corrupt() {
    let folder = Folder::new();
    let (store, id) = given(&folder).await;
    change(&folder);
    for sessions in of_each_strategy(&store, Undecodable::Reject) {
        let opened = sessions.open(Some(id.secret())).await;
        assert_eq!(opened.expect_err("it is no text").kind(), ErrorKind::Corrupt);
        let read = sessions.read(Some(id.secret())).await;
        assert_eq!(read.expect_err("it is no text").kind(), ErrorKind::Corrupt);
    }
}

#[tokio::test]
async fn a_session_that_the_store_cannot_read_starts_anew_where_that_is_set() {
    let folder = Folder::new();
    let (store, id) = given(&folder).await;
    change(&folder);
    for sessions in of_each_strategy(&store, Undecodable::StartAnew) {
        let session = sessions.open(Some(id.secret())).await.expect("it starts anew");
        assert_eq!((session.presented(), session.is_new()), (Presented::Undecodable, true));
        assert_ne!(session.id(), &id);
        let read = sessions.read(Some(id.secret())).await.expect("it starts anew");
        assert_eq!((read.presented(), read.id()), (Presented::Undecodable, None));
    }
}
