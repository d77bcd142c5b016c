use crate::machine::{Begun, End, Shared};
use crate::{Access, CookiePolicy, Session};
use session_core::sections::Sections;
use session_core::strategy::Drained;
use session_core::time::{Timer, TokioTimer};
use session_core::{Committed, Result, Sessions};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

/// The choice whether a response waits for the lock of a failed request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Release {
    /// The response does not wait: the lock is released while the response is sent.
    #[default]
    InBackground,
    /// The response waits for the release, for a second at most.
    ///
    /// This is for runtimes that freeze after a response, such as AWS Lambda. There, a release in
    /// the background would wait for the next request.
    BeforeResponse,
}

/// The settings of all requests: sessions, cookie, and which statuses commit.
///
/// Clones share the count of commits that [`drain`](Self::drain) waits for.
pub struct Settings<D = Sections> {
    pub(crate) sessions: Sessions<D>,
    pub(crate) cookie: CookiePolicy,
    pub(crate) release: Release,
    commits: Arc<dyn Fn(u16) -> bool + Send + Sync>,
    pub(crate) begun: Begun,
}

impl<D: Default + Send + Sync + 'static> Settings<D> {
    /// Creates settings for these sessions, with the default cookie.
    pub fn new(sessions: Sessions<D>) -> Self {
        Self {
            sessions,
            cookie: CookiePolicy::new(),
            release: Release::default(),
            commits: Arc::new(commits_by_default),
            begun: Begun::default(),
        }
    }

    /// Sets the cookie.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for a policy that fails its
    /// [check](CookiePolicy::check).
    pub fn with_cookie(self, cookie: CookiePolicy) -> Result<Self> {
        cookie.check()?;
        Ok(Self { cookie, ..self })
    }

    /// Sets whether a response waits for the lock of a failed request.
    #[must_use]
    pub fn with_release(self, release: Release) -> Self {
        Self { release, ..self }
    }

    /// Sets the rule for the statuses of responses that store the session.
    ///
    /// By default, each status below 500 except 408 stores it. Middleware answers 408 when it stops
    /// a handler in the middle of its work.
    #[must_use]
    pub fn with_commit_on(self, commits: impl Fn(u16) -> bool + Send + Sync + 'static) -> Self {
        Self { commits: Arc::new(commits), ..self }
    }

    /// Begins a request: returns its session, and its end for the response's future.
    ///
    /// `cookies` are the values of all `Cookie` headers. The call sends nothing to the store.
    pub fn begin<'h>(
        self: &Arc<Self>,
        access: Access,
        cookies: impl IntoIterator<Item = &'h [u8]>,
    ) -> (Session<D>, End<D>) {
        let presented = self.cookie.presented(cookies);
        let shared = Arc::new(Shared::new(Arc::clone(self), access, presented));
        (Session::new(Arc::clone(&shared)), End::new(shared))
    }

    /// Waits for commits and for releases of locks, but no longer than `timeout`.
    ///
    /// It waits until every commit that has begun is finished, and until every lock that is
    /// released in the background is free. A commit goes on in the background when its client
    /// leaves. Call this at shutdown, after the last request. Sessions of [`Session::using`] have
    /// their own [drain](Sessions::drain).
    ///
    /// # Cancellation
    ///
    /// Dropping the future ends the wait only. Commits and releases go on.
    pub async fn drain(&self, timeout: Duration) -> Drained {
        let timer = TokioTimer::new();
        self.begun.wait(&timer, timeout).await;
        self.sessions.drain(timeout.saturating_sub(timer.elapsed())).await
    }

    /// The number of commits that have begun and are not finished.
    pub fn pending_commits(&self) -> usize {
        self.begun.count()
    }

    /// Stores a new session with this data, and returns a value for a `Cookie` header.
    ///
    /// The value is empty if the data is that of a new session. Use this in tests of an
    /// application, or to move clients from another kind of session.
    ///
    /// # Errors
    ///
    /// The errors of `change`, and failures of the store.
    pub async fn cookie_for<T>(&self, change: impl FnOnce(&mut D) -> Result<T>) -> Result<String> {
        let mut session = self.sessions.open(None).await?;
        change(session.data_mut())?;
        Ok(match session.commit().await? {
            Committed::Nothing => String::new(),
            Committed::Stored { id, .. } => self.cookie.as_sent(&id),
        })
    }
}

impl<D> Settings<D> {
    pub(crate) fn commits(&self, status: u16) -> bool {
        (self.commits)(status)
    }
}

const fn commits_by_default(status: u16) -> bool {
    status < 500 && status != 408
}

impl<D> Clone for Settings<D> {
    fn clone(&self) -> Self {
        Self {
            sessions: self.sessions.clone(),
            cookie: self.cookie.clone(),
            release: self.release,
            commits: Arc::clone(&self.commits),
            begun: self.begun.clone(),
        }
    }
}

impl<D: 'static> Debug for Settings<D> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Settings")
            .field("sessions", &self.sessions)
            .field("cookie", &self.cookie)
            .field("release", &self.release)
            .finish_non_exhaustive()
    }
}
