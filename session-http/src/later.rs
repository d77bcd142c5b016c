use crate::machine::{Finish, Shared, open, read};
use session_core::error::Operation;
use session_core::sections::Sections;
use session_core::{Error, ErrorKind, Result, SessionId, Sessions};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

/// A session for what follows the response of its request, such as a stream or a socket.
///
/// It holds nothing: each call opens the session anew, by the id that the request left. So it sees
/// what other requests write, and that the user has signed out elsewhere. Reading moves no expiry: an
/// open stream does not keep a session from expiring.
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

    /// Whether the session is still there.
    ///
    /// # Errors
    ///
    /// Failures of the store.
    pub async fn is_there(&self) -> Result<bool> {
        let (sessions, ids) = self.stored()?;
        Ok(read(&sessions, ids).await?.id().is_some())
    }

    /// Reads the data as it is now: that of a new session if it is no longer there.
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
    /// A commit that has begun is finished although the caller leaves.
    ///
    /// # Errors
    ///
    /// [`Gone`](ErrorKind::Gone) if the session is no longer there, because no cookie can be sent for a
    /// new one; rejections by the strategy, and failures of the store.
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
