use super::cookie_change::CookieChange;
use super::state::{Inner, State};
use super::{Finish, Shared};
use crate::{Failure, Head, Release};
use session_core::{OpenSession, ReadSession, Result};
use std::fmt::{self, Debug, Formatter};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// The end of a request, which the future of the response owns.
///
/// [`finish`](Self::finish) stores the session. A panic, a time-out or a client that leaves drops
/// this value instead. The drop closes the session in all handles and their clones: nothing is
/// written, and the lock is released.
#[must_use = "a drop discards the changes of the request"]
pub struct End<D: Default + Send + Sync + 'static>(Arc<Shared<D>>);

/// The changes to the response of a request that has ended.
#[derive(Debug)]
#[must_use = "the response needs the cookie, and a failure replaces the response"]
pub struct Ended {
    /// The headers to add to the response.
    pub head: Head,
    /// The failure that replaces the response, if the session could not be stored.
    pub failure: Option<Failure>,
}

/// The end of a request: done, or with a request to the store.
#[must_use = "the session is stored when the future completes"]
pub enum Ending {
    /// The request ended without a request to the store.
    Done(Ended),
    /// The end needs a request to the store.
    ///
    /// If it is dropped in the middle, it goes on in the background.
    Wait(Finishing),
}

/// A future of the changes to the response.
#[must_use = "futures do nothing unless polled"]
pub struct Finishing(Finish<Ended>);

impl Future for Finishing {
    type Output = Ended;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Ended> {
        Pin::new(&mut self.0).poll(context)
    }
}

/// The longest time that a response waits for the release of a lock.
const RELEASE_LIMIT: Duration = Duration::from_secs(1);

/// The work that is left when the handler has answered.
enum Remaining<D> {
    Nothing,
    /// Waits for a commit that the handler has begun.
    Wait,
    Commit(OpenSession<D>),
    Touch(ReadSession<D>),
    /// Closes the session without storing it.
    GiveUp(State<D>),
}

impl<D: Default + Send + Sync + 'static> End<D> {
    pub(crate) const fn new(shared: Arc<Shared<D>>) -> Self {
        Self(shared)
    }

    /// Ends the request with the status of its response, before the head is sent.
    pub fn finish(self, status: u16) -> Ending {
        let commits = self.0.settings.commits(status);
        let finished = self.0.with(|inner| (inner.finish(commits), inner.used));
        let (left, used) = finished.unwrap_or((Remaining::Nothing, false));
        let is_awaited = self.0.settings.release == Release::BeforeResponse;
        let waits_for_release = used && is_awaited;
        match left {
            Remaining::Nothing if !waits_for_release => Ending::Done(self.ended(None)),
            Remaining::GiveUp(state) if !waits_for_release => {
                drop(state);
                Ending::Done(self.ended(None))
            }
            left => {
                let begun = self.0.settings.begun.clone();
                Ending::Wait(Finishing(Finish::new(&begun, self.run(left, commits))))
            }
        }
    }

    async fn run(self, mut left: Remaining<D>, commits: bool) -> Ended {
        while matches!(left, Remaining::Wait) {
            self.0.idle().await;
            left = self.0.with(|inner| inner.finish(commits)).unwrap_or(Remaining::Nothing);
        }
        let failure = match left {
            Remaining::Commit(open) => self.commit(open).await.err().map(Failure::from),
            Remaining::Touch(read) => {
                self.touch(read).await;
                None
            }
            Remaining::GiveUp(state) => {
                // The drop begins the release, which the drain below waits for.
                drop(state);
                None
            }
            Remaining::Nothing | Remaining::Wait => None,
        };
        if self.0.settings.release == Release::BeforeResponse {
            let sessions = self.0.with(|inner| inner.sessions.clone());
            if let Ok(sessions) = sessions {
                let _ = sessions.drain(RELEASE_LIMIT).await;
            }
        }
        self.ended(failure)
    }

    async fn commit(&self, open: OpenSession<D>) -> Result<()> {
        let failed = self.0.with(|inner| inner.failed.take())?;
        if let Some(failed) = failed {
            drop(open);
            return Err(failed);
        }
        let committed = open.commit().await?;
        self.0.with(|inner| inner.note(&committed, &self.0.settings.cookie))
    }

    /// Moves the expiry.
    ///
    /// A failure is only logged, because the response to the client stays correct.
    async fn touch(&self, read: ReadSession<D>) {
        let id = read.id().cloned();
        match read.close().await {
            Ok(closed) => {
                let policy = &self.0.settings.cookie;
                let change = id.and_then(|id| CookieChange::touched(id, closed, policy));
                let set = |inner: &mut Inner<D>| inner.cookie = change.or(inner.cookie.take());
                drop(self.0.with(set));
            }
            Err(error) => tracing::info!(kind = error.kind().name(), "the session was not touched"),
        }
    }

    fn ended(&self, failure: Option<Failure>) -> Ended {
        if let Some(failure) = &failure {
            failure.log();
        }
        let policy = &self.0.settings.cookie;
        let head = self.0.with(|inner| {
            let change = inner.cookie.take();
            let set_cookie = change.map(|change| change.render(policy, &inner.sessions));
            Head { set_cookie, used: inner.used }
        });
        Ended { head: head.unwrap_or_default(), failure }
    }
}

impl<D: Default + Send + Sync + 'static> Inner<D> {
    /// Ends the session for all its handles, and returns the work that is left.
    fn finish(&mut self, commits: bool) -> Remaining<D> {
        if matches!(self.state, State::Busy) {
            return Remaining::Wait;
        }
        match self.state.replace(State::Over) {
            State::Write(open) if commits => Remaining::Commit(open),
            State::Read(read) if commits && read.is_touch_due() => Remaining::Touch(read),
            state @ (State::Write(_) | State::Read(_)) => Remaining::GiveUp(state),
            State::Idle | State::Busy | State::Refused(..) | State::Over => Remaining::Nothing,
        }
    }
}

impl<D: Default + Send + Sync + 'static> Drop for End<D> {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl<D: Default + Send + Sync + 'static> Debug for End<D> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("End")
    }
}

impl Debug for Ending {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Done(_) => "Done",
            Self::Wait(_) => "Wait",
        })
    }
}

impl Debug for Finishing {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Finishing")
    }
}
