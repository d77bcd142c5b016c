use super::Shared;
use super::cookie_change::CookieChange;
use super::state::{Inner, Known, State, invalid};
use crate::CookiePolicy;
use session_core::{Committed, OpenSession, Result};

impl<D: Default + Send + Sync + 'static> Shared<D> {
    /// Commits the session if it is open for writing. It can still be read afterwards.
    pub(crate) async fn commit(&self) -> Result<()> {
        let _turn = self.turn.lock().await;
        let Some(open) = self.with(Inner::take_to_commit)?? else { return Ok(()) };
        let _busy = self.busy();
        let committed = open.commit().await;
        self.with(|inner| inner.take_committed(committed, &self.settings.cookie))?
    }
}

impl<D> Inner<D> {
    fn take_to_commit(&mut self) -> Result<Option<OpenSession<D>>> {
        if !self.held.is_empty() && matches!(self.state, State::Write(_)) {
            return Err(invalid("a section is held for writing: drop it before the commit"));
        }
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        if !matches!(self.state, State::Write(_)) {
            return Ok(None);
        }
        match self.state.replace(State::Busy) {
            State::Write(open) => Ok(Some(open)),
            state => {
                self.state = state;
                Ok(None)
            }
        }
    }

    fn take_committed(
        &mut self,
        committed: Result<Committed>,
        policy: &CookiePolicy,
    ) -> Result<()> {
        let is_over = matches!(self.state, State::Over);
        let next = match &committed {
            Ok(_) => State::Idle,
            Err(error) => State::Refused(error.operation(), error.kind()),
        };
        if !is_over {
            self.state = next;
        }
        self.note(&committed?, policy);
        self.committed = true;
        Ok(())
    }

    /// Remembers the id of the stored session and the change of its cookie.
    pub(crate) fn note(&mut self, committed: &Committed, policy: &CookiePolicy) {
        if let Some(id) = committed.id() {
            self.known = Known::Id(id.clone());
        }
        if let Some(change) = CookieChange::of(committed, policy) {
            self.cookie = Some(change);
        }
    }
}
