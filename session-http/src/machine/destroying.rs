use super::Shared;
use super::cookie_change::CookieChange;
use super::state::{Inner, Known, State, over};
use crate::CookiePolicy;
use session_core::store::Deletion;
use session_core::{OpenSession, Result, SessionId, Sessions};
use std::mem;

/// The values that a deletion takes from the state.
struct PendingDeletion<D> {
    /// The session, if it is open for writing: its lock is released with the deletion.
    open: Option<OpenSession<D>>,
    ids: Vec<SessionId>,
    sessions: Sessions<D>,
    known: Known,
    /// The state before the deletion, which is dropped without holding a lock.
    _state: State<D>,
}

impl<D: Default + Send + Sync + 'static> Shared<D> {
    /// Deletes the session.
    ///
    /// It waits for a commit that is under way, but not for a lock of the store.
    pub(crate) async fn destroy(&self) -> Result<Deletion> {
        let pending = loop {
            match self.with(|inner| inner.begin_to_destroy(&self.settings.cookie))?? {
                Some(pending) => break pending,
                None => self.idle().await,
            }
        };
        let _busy = self.busy();
        // Others now wait for the deletion. A task that waits for a lock of the store holds this
        // mutex, and the deletion does not wait for it.
        let _turn = self.turn.try_lock();
        let PendingDeletion { open, ids, sessions, known, _state } = pending;
        let deleted = delete(open, &ids, &sessions).await;
        self.with(|inner| inner.take_destroyed(deleted, known))?
    }
}

async fn delete<D: Default + Send + Sync + 'static>(
    open: Option<OpenSession<D>>,
    ids: &[SessionId],
    sessions: &Sessions<D>,
) -> Result<Deletion> {
    if let Some(open) = open {
        return open.destroy().await;
    }
    // If there are several cookies, the session is the first that the store knows, as in `open`.
    for id in ids {
        if sessions.destroy(Some(id.secret())).await? == Deletion::Deleted {
            return Ok(Deletion::Deleted);
        }
    }
    Ok(Deletion::WasAbsent)
}

impl<D: Default + 'static> Inner<D> {
    /// Takes the session to delete, or returns `None` during a commit or a deletion.
    fn begin_to_destroy(&mut self, policy: &CookiePolicy) -> Result<Option<PendingDeletion<D>>> {
        match self.state {
            State::Over => return Err(over()),
            State::Busy => return Ok(None),
            State::Idle | State::Read(_) | State::Write(_) | State::Refused(..) => {}
        }
        self.check_access()?;
        self.used = true;
        self.generation += 1;
        self.held.clear();
        self.failed = None;
        let ids = self.known.ids(policy, &self.sessions);
        let known = mem::replace(&mut self.known, Known::Unstored);
        let (open, state) = match self.state.replace(State::Busy) {
            // A session that is new here may be stored under one of the ids: a store may show it
            // late.
            State::Write(open) if !open.is_new() => (Some(open), State::Idle),
            state => (None, state),
        };
        let sessions = self.sessions.clone();
        Ok(Some(PendingDeletion { open, ids, sessions, known, _state: state }))
    }

    /// Restores the id after a failure.
    ///
    /// After a success, the next use begins a new session.
    fn take_destroyed(&mut self, deleted: Result<Deletion>, known: Known) -> Result<Deletion> {
        if matches!(self.state, State::Busy) {
            self.state = State::Idle;
        }
        match deleted {
            Err(error) => {
                self.known = known;
                Err(error)
            }
            Ok(deletion) => {
                let was_presented = match known {
                    Known::Presented(presented) => !presented.is_empty(),
                    Known::Id(_) => true,
                    Known::Unstored => self.cookie.is_some(),
                };
                self.cookie = was_presented.then_some(CookieChange::Remove);
                self.committed = false;
                Ok(deletion)
            }
        }
    }
}
