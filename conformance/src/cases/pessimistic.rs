//! Handles that take turns, under the pessimistic strategy (L1 to L12).

pub(crate) mod draining;
pub(crate) mod ending;
pub(crate) mod holding;
pub(crate) mod queueing;
pub(crate) mod time_limits;
pub(crate) mod upgrading;
pub(crate) mod waiting;

use crate::cases::sessions::{key_of, lifetime, stored};
use crate::spy_store::SpyStore;
use crate::virtual_time::VirtualTime;
use crate::{Checked, Context, Finding};
use session_core::store::{Key, LockingStore};
use session_core::{LastWriteWins, Lifetime, OpenSession, Result, SessionId, Sessions};
use session_locking::LockOptions;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// The options by which the cases wait, renew and hold.
///
/// They are the defaults, except for a wait that cannot be taken for the time between two renewals.
pub(crate) fn options() -> LockOptions {
    LockOptions { max_lock_wait_time: Duration::from_secs(8), ..LockOptions::default() }
}

/// A session that is there, and handles of it that take turns.
pub(crate) struct Turns<'a> {
    pub(crate) context: &'a Context,
    time: VirtualTime,
    pub(crate) sessions: Sessions<String>,
    pub(crate) id: SessionId,
    pub(crate) key: Key,
}

impl<'a> Turns<'a> {
    /// A stored session with this data, which nobody holds.
    pub(crate) async fn with(context: &'a Context, data: &str) -> Checked<Self> {
        Self::living(context, data, lifetime()?).await
    }

    /// The same of sessions that live for so long.
    pub(crate) async fn living(
        context: &'a Context,
        data: &str,
        lifetime: Lifetime,
    ) -> Checked<Self> {
        let unlocked = context.builder(LastWriteWins::new(Arc::clone(context.store())));
        let id = stored(&unlocked.lifetime(lifetime).build()?, data).await?;
        let watched = SpyStore::of(context);
        let store = Arc::clone(&watched) as Arc<dyn LockingStore>;
        let strategy = context.pessimistic(store, options())?;
        let sessions = context.builder(strategy).lifetime(lifetime).build()?;
        let key = key_of(&id)?;
        let time = VirtualTime { clock: context.clock().clone(), watched };
        Ok(Self { context, time, sessions, id, key })
    }

    /// The calls of the strategy to the store.
    pub(crate) fn watched(&self) -> &SpyStore {
        &self.time.watched
    }

    /// Opens the session for writing; the wait, if there is one, takes the case's time.
    pub(crate) async fn open(&self) -> Checked<OpenSession<String>> {
        Ok(self.drive(self.sessions.open(Some(self.id.secret()))).await??)
    }

    /// Opens the session in a task of its own, which waits if it must.
    pub(crate) async fn open_beside(&self) -> Waiter {
        let (sessions, id) = (self.sessions.clone(), self.id.clone());
        let waiter = tokio::spawn(async move { sessions.open(Some(id.secret())).await });
        self.settle().await;
        Waiter(waiter)
    }

    /// The handle that a waiter got.
    pub(crate) async fn join(&self, waiter: Waiter) -> Checked<OpenSession<String>> {
        Ok(self.outcome(waiter).await??)
    }

    /// The outcome of a wait.
    pub(crate) async fn outcome(&self, waiter: Waiter) -> Checked<Result<OpenSession<String>>> {
        let joined = self.drive(waiter.0).await?;
        joined.map_err(|error| Finding::new(format!("a waiter failed: {error}")))
    }

    /// Writes this data and ends the session.
    pub(crate) async fn commit(&self, mut session: OpenSession<String>, data: &str) -> Checked {
        data.clone_into(session.data_mut());
        let _ = self.drive(session.commit()).await??;
        Ok(())
    }

    /// Lets so much time pass, and everything happen that happens in it.
    pub(crate) async fn pass(&self, duration: Duration) {
        self.time.pass(duration).await;
    }

    /// Runs a future to its end, and lets time pass as long as it takes.
    pub(crate) async fn drive<F: Future>(&self, future: F) -> Checked<F::Output> {
        self.time.drive(future).await
    }

    /// Lets every task go on until nothing but time can move any.
    pub(crate) async fn settle(&self) {
        self.time.settle().await;
    }
}

/// A task that opens the session, dropped with the task if nobody joins it.
pub(crate) struct Waiter(JoinHandle<Result<OpenSession<String>>>);

impl Waiter {
    /// Whether it waits still.
    pub(crate) fn waits(&self) -> bool {
        !self.0.is_finished()
    }

    /// Cancels the wait.
    pub(crate) fn cancel(self) {
        self.0.abort();
    }
}
