//! A session that is in the store.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a test")]

use session_core::{SessionId, Sessions};

/// Stores a new session with this data.
pub(crate) async fn stored(sessions: &Sessions<String>, data: &str) -> SessionId {
    let mut session = sessions.open(None).await.unwrap();
    data.clone_into(session.data_mut());
    let id = session.id().clone();
    let _ = session.commit().await.unwrap();
    id
}
