use super::state::{Inner, Known, State, invalid};
use crate::cookie::PresentedIds;
use crate::{Access, Settings};
use parking_lot::ReentrantMutex;
use session_core::error::Operation;
use session_core::{ErrorKind, Result};
use std::cell::RefCell;
use std::sync::Arc;
use tokio::sync::{Mutex, Notify};

/// The state that the handles of one request share.
pub(crate) struct Shared<D> {
    pub(crate) settings: Arc<Settings<D>>,
    /// Serializes opening and committing. It is held during requests to the store.
    pub(crate) turn: Mutex<()>,
    /// Notified when a commit or a deletion ends.
    idle: Notify,
    /// The state, locked while data is read or changed, and never across an await.
    ///
    /// Closures of users run under the lock. If one uses the session again, it gets an error
    /// instead of a deadlock.
    inner: ReentrantMutex<RefCell<Inner<D>>>,
}

impl<D: Default + Send + Sync + 'static> Shared<D> {
    pub(crate) fn new(settings: Arc<Settings<D>>, access: Access, presented: PresentedIds) -> Self {
        let inner = Inner {
            sessions: settings.sessions.clone(),
            access,
            known: Known::Presented(presented),
            state: State::Idle,
            used: false,
            committed: false,
            generation: 0,
            cookie: None,
            held: Vec::new(),
            failed: None,
        };
        let inner = ReentrantMutex::new(RefCell::new(inner));
        Self { settings, turn: Mutex::new(()), idle: Notify::new(), inner }
    }
}

impl<D> Shared<D> {
    /// Runs `change` on the state.
    pub(crate) fn with<R>(&self, change: impl FnOnce(&mut Inner<D>) -> R) -> Result<R> {
        let inner = self.inner.lock();
        let Ok(mut inner) = inner.try_borrow_mut() else {
            return Err(invalid("the session is in use by a closure that runs: use it after that"));
        };
        Ok(change(&mut inner))
    }

    /// Waits until no commit or deletion is under way.
    pub(crate) async fn idle(&self) {
        loop {
            let idle = self.idle.notified();
            if !matches!(self.with(|inner| matches!(inner.state, State::Busy)), Ok(true)) {
                return;
            }
            idle.await;
        }
    }

    /// A guard for a session that is busy until the guard is dropped.
    pub(crate) const fn busy(&self) -> Busy<'_, D> {
        Busy(self)
    }

    /// Ends the request and drops the open session, which releases its lock.
    pub(crate) fn end(&self) {
        let open = self.with(|inner| inner.state.replace(State::Over));
        drop(open);
    }
}

/// A commit or a deletion that is under way.
pub(crate) struct Busy<'s, D>(&'s Shared<D>);

impl<D> Drop for Busy<'_, D> {
    /// Ends the session if an operation was cut off, because its outcome is unknown.
    fn drop(&mut self) {
        let cut_off = State::Refused(Operation::Commit, ErrorKind::Unavailable);
        drop(self.0.with(|inner| match inner.state {
            State::Busy => Some(inner.state.replace(cut_off)),
            _ => None,
        }));
        self.0.idle.notify_waiters();
    }
}
