use crate::machine::{Finish, Shared, open, read};
use session_core::error::Operation;
use session_core::sections::Sections;
use session_core::{Error, ErrorKind, Result, SessionId, Sessions};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

/// The session after the response of its request, for a stream or a socket.
///
/// It holds no lock and no data: each call opens the session by the id that the request left. So it
/// sees the writes of other requests, and a sign-out elsewhere. A read does not move the expiry, so
/// an open stream does not prolong a session.
///
/// ```
/// use session_core::sections::Sections;
/// use session_core::Result;
/// use session_http::Session;
///
/// async fn stream(session: Session<Sections>) {
///     let later = session.later(); // then answer, and in the stream:
///     while let Ok(true) = later.is_there().await {
///         // Send the next event.
///         # break;
///     }
/// }
/// ```
pub struct Later<D: 'static = Sections> {
    shared: Arc<Shared<D>>,
}

impl<D: Default + Send + Sync + 'static> Later<D> {
    pub(crate) const fn new(shared: Arc<Shared<D>>) -> Self {
        Self { shared }
    }

    /// Whether the session still exists.
    ///
    /// # Errors
    ///
    /// Failures of the store.
    pub async fn is_there(&self) -> Result<bool> {
        let (sessions, ids) = self.stored()?;
        Ok(read(&sessions, ids).await?.id().is_some())
    }

    /// Reads the current data: that of a new session if the session no longer exists.
    ///
    /// # Errors
    ///
    /// Failures of the store.
    pub async fn read<R>(&self, look: impl FnOnce(&D) -> R) -> Result<R> {
        let (sessions, ids) = self.stored()?;
        Ok(look(read(&sessions, ids).await?.data()))
    }

    /// Changes the data and stores it at once.
    ///
    /// If the caller leaves during the commit, the commit goes on.
    ///
    /// # Errors
    ///
    /// [`Gone`](ErrorKind::Gone) if the session no longer exists, because the response cannot carry
    /// the cookie of a new one. Also rejections by the strategy, and failures of the store.
    pub async fn write<R>(&self, change: impl FnOnce(&mut D) -> R) -> Result<R> {
        let (sessions, ids) = self.stored()?;
        let mut session = open(&sessions, ids).await?;
        if session.is_new() {
            return Err(Error::new(Operation::Open, ErrorKind::Gone));
        }
        let result = change(session.data_mut());
        let commit = async move { session.commit().await.map(drop) };
        Finish::new(&self.shared.settings.begun, commit).await?;
        Ok(result)
    }

    fn stored(&self) -> Result<(Sessions<D>, Vec<SessionId>)> {
        let policy = &self.shared.settings.cookie;
        self.shared.with(|inner| (inner.sessions.clone(), inner.known.ids(policy, &inner.sessions)))
    }
}

impl<D: 'static> Clone for Later<D> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<D: 'static> Debug for Later<D> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Later")
    }
}
