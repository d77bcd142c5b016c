//! `Sessions` over a store (S1 to S10).

pub(crate) mod aborting;
pub(crate) mod committing;
pub(crate) mod deadlines;
pub(crate) mod destroying;
pub(crate) mod merging;
pub(crate) mod opening;
pub(crate) mod own_lifetimes;
pub(crate) mod reading;
pub(crate) mod rotating_ids;
pub(crate) mod secrets;

use crate::ensure::{ensure, ensure_eq};
use crate::{Checked, Context, Verdict, Violation};
use session_core::codec::RawString;
use session_core::sessions::{SessionsBuilder, Written};
use session_core::store::{Key, SessionStore};
use session_core::strategy::Strategy;
use session_core::{
    Committed, KeyScheme, LastWriteWins, Lifetime, OpenSession, Optimistic, SessionId, Sessions,
};
use std::sync::Arc;
use std::time::Duration;

/// How long a session lives without use.
pub(crate) const IDLE: Duration = Duration::from_secs(1_000);

/// How much its expiry must move for an unchanged session to be written.
pub(crate) const THRESHOLD: Duration = Duration::from_secs(100);

/// How long a session lives at the most, where deadlines are kept.
pub(crate) const ABSOLUTE: Duration = Duration::from_secs(5_000);

impl Context {
    /// Sessions of text, with [`IDLE`] and [`THRESHOLD`], of which the last write wins.
    #[track_caller]
    pub(crate) fn sessions(&self) -> Verdict<Sessions<String>> {
        Ok(self.builder(LastWriteWins::new(Arc::clone(self.store()))).build()?)
    }

    /// The same under every strategy that the store is capable of.
    #[track_caller]
    pub(crate) fn sessions_of_each_strategy(&self) -> Verdict<Vec<Sessions<String>>> {
        self.sessions_of_each_strategy_on(self.store())
    }

    /// The same on a store that stands before that of the case.
    #[track_caller]
    pub(crate) fn sessions_of_each_strategy_on(
        &self,
        store: &Arc<dyn SessionStore>,
    ) -> Verdict<Vec<Sessions<String>>> {
        let mut each = vec![self.builder(LastWriteWins::new(Arc::clone(store))).build()?];
        if self.capabilities().compares_versions() {
            each.push(self.builder(Optimistic::new(Arc::clone(store))).build()?);
        }
        Ok(each)
    }

    /// The same, written by compare-and-set.
    #[track_caller]
    pub(crate) fn optimistic_sessions(&self) -> Verdict<Sessions<String>> {
        Ok(self.builder(Optimistic::new(Arc::clone(self.store()))).build()?)
    }

    /// The same with the absolute timeout [`ABSOLUTE`].
    #[track_caller]
    pub(crate) fn absolute_sessions(&self) -> Verdict<Sessions<String>> {
        let strategy = LastWriteWins::new(Arc::clone(self.store()));
        let lifetime = lifetime()?.with_absolute(ABSOLUTE)?;
        Ok(self.builder(strategy).lifetime(lifetime).build()?)
    }

    pub(crate) fn builder(&self, strategy: impl Strategy) -> SessionsBuilder<String> {
        let lifetime = lifetime().expect("the suite's lifetime is one");
        Sessions::builder(strategy, RawString::new()).lifetime(lifetime).clock(self.clock().clone())
    }
}

/// [`IDLE`] with [`THRESHOLD`].
pub(crate) fn lifetime() -> session_core::Result<Lifetime> {
    Lifetime::idle(IDLE)?.with_touch_threshold(THRESHOLD)
}

/// Stores a new session with this data.
pub(crate) async fn stored(sessions: &Sessions<String>, data: &str) -> Checked<SessionId> {
    let mut session = sessions.open(None).await?;
    data.clone_into(session.data_mut());
    let (id, written) = id_of(session.commit().await?)?;
    ensure!(written == Written::Created, "a new session was {written:?}");
    Ok(id)
}

/// Opens a session that is there.
pub(crate) async fn open(
    sessions: &Sessions<String>,
    id: &SessionId,
) -> Checked<OpenSession<String>> {
    let session = sessions.open(Some(id.secret())).await?;
    ensure!(!session.is_new(), "a session that is there was not found");
    ensure!(session.id() == id, "a session that is there got another id");
    Ok(session)
}

/// Opens a session that is there, and writes this data.
pub(crate) async fn write(sessions: &Sessions<String>, id: &SessionId, data: &str) -> Checked {
    let mut session = open(sessions, id).await?;
    data.clone_into(session.data_mut());
    let _ = session.commit().await?;
    Ok(())
}

/// Checks that a session that is there has this data.
pub(crate) async fn ensure_data(
    sessions: &Sessions<String>,
    id: &SessionId,
    data: &str,
) -> Checked {
    let session = open(sessions, id).await?;
    ensure_eq!(session.data(), data, "the data");
    Ok(())
}

/// The id of a session that a commit says is stored, and what the commit wrote.
#[track_caller]
pub(crate) fn id_of(committed: Committed) -> Verdict<(SessionId, Written)> {
    match committed {
        Committed::Stored { id, written, .. } => Ok((id, written)),
        Committed::Nothing => Err(Violation::new("a session with data was not stored")),
    }
}

/// The key that a session is stored under.
#[track_caller]
pub(crate) fn key_of(id: &SessionId) -> Verdict<Key> {
    Ok(KeyScheme::Hashed.key(id)?)
}
