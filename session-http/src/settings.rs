use crate::machine::{Begun, End, Shared};
use crate::{Access, CookiePolicy, Session};
use session_core::sections::Sections;
use session_core::strategy::Drained;
use session_core::time::{Timer, TokioTimer};
use session_core::{Committed, Result, Sessions};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

/// Whether a response waits until the lock of a failed request is released.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Release {
    /// It does not: the lock is released while the response is sent.
    #[default]
    InBackground,
    /// It does, for a second at most. This is for runtimes that freeze after a response, such as AWS
    /// Lambda: there, a release in the background would wait for the next request.
    BeforeResponse,
}

/// What all requests of a layer share: the sessions, the cookie, and when a session is stored.
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
    /// These sessions, with the default cookie.
    pub fn new(sessions: Sessions<D>) -> Self {
        Self {
            sessions,
            cookie: CookiePolicy::new(),
            release: Release::default(),
            commits: Arc::new(commits_by_default),
            begun: Begun::default(),
        }
    }

    /// The same with another cookie.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for a policy that fails its
    /// [check](CookiePolicy::check).
    pub fn with_cookie(self, cookie: CookiePolicy) -> Result<Self> {
        cookie.check()?;
        Ok(Self { cookie, ..self })
    }

    /// The same with another rule for locks of failed requests.
    #[must_use]
    pub fn with_release(self, release: Release) -> Self {
        Self { release, ..self }
    }

    /// The same with another rule for which statuses of responses store the session.
    ///
    /// By default a status below 500 does, and 408 does not: it is the status of middleware that gave
    /// up a handler in the middle of its work.
    #[must_use]
    pub fn with_commit_on(self, commits: impl Fn(u16) -> bool + Send + Sync + 'static) -> Self {
        Self { commits: Arc::new(commits), ..self }
    }

    /// Begins a request: its session, and its end, which belongs into the future of the response.
    ///
    /// `cookies` are the values of all `Cookie` headers. Nothing is asked of the store.
    pub fn begin<'h>(
        self: &Arc<Self>,
        access: Access,
        cookies: impl IntoIterator<Item = &'h [u8]>,
    ) -> (Session<D>, End<D>) {
        let presented = self.cookie.presented(cookies);
        let shared = Arc::new(Shared::new(Arc::clone(self), access, presented));
        (Session::new(Arc::clone(&shared)), End::new(shared))
    }

    /// Waits until every commit that has begun is finished and every lock is released that is being
    /// released in the background, but no longer than `timeout`.
    ///
    /// A commit goes on in the background when its client leaves. Call this at shutdown, when no
    /// request is served any more. Sessions of [`Session::using`] have a
    /// [drain](Sessions::drain) of their own.
    ///
    /// # Cancellation
    ///
    /// Dropping the future forgets the wait; commits and releases go on.
    pub async fn drain(&self, timeout: Duration) -> Drained {
        let timer = TokioTimer::new();
        self.begun.wait(&timer, timeout).await;
        self.sessions.drain(timeout.saturating_sub(timer.elapsed())).await
    }

    /// How many commits have begun and are not finished.
    pub fn pending_commits(&self) -> usize {
        self.begun.count()
    }

    /// Stores a new session with this data, and returns its cookie as a client sends it: the value of a
    /// `Cookie` header. It is empty if the data is that of a new session.
    ///
    /// This is for tests of an application, and for moving clients from another kind of session.
    ///
    /// # Errors
    ///
    /// Those of `change`, and failures of the store.
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
