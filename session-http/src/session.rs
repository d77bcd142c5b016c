mod held_section;
mod sections;

pub use held_section::HeldSection;

use crate::machine::{Finish, Inner, Need, Shared};
use crate::{Access, Later};
use session_core::sections::Sections;
use session_core::store::Deletion;
use session_core::{Lifetime, Result, Sessions};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

/// The session of one request.
///
/// Nothing is asked of the store before the first use, which opens the session as its [`Access`] says.
/// What the request changes is stored in one step when its response begins, unless the request fails.
/// Clones are the same session.
///
/// Closures run while the session is locked within the process, and not within the store. They must
/// not wait. One that uses the same session gets an error.
///
/// # Errors
///
/// All methods return the failures of the store and of the strategy. Besides, they return
/// [`Gone`](session_core::ErrorKind::Gone) once the response has begun,
/// [`Config`](session_core::ErrorKind::Config) where the access is [`Off`](Access::Off), and
/// [`InvalidArgument`](session_core::ErrorKind::InvalidArgument) for a change after
/// [`commit`](Self::commit).
pub struct Session<D: 'static = Sections> {
    shared: Arc<Shared<D>>,
}

impl<D: Default + Send + Sync + 'static> Session<D> {
    pub(crate) const fn new(shared: Arc<Shared<D>>) -> Self {
        Self { shared }
    }

    /// Reads the data: that of a new session if the client has none.
    ///
    /// # Errors
    ///
    /// As for all [methods](Self#errors).
    pub async fn read<R>(&self, read: impl FnOnce(&D) -> R) -> Result<R> {
        let mut read = Some(read);
        self.opened(Need::Read, |inner| {
            let data = inner.data()?;
            Ok(data.and_then(|data| read.take().map(|read| read(data))))
        })
        .await
    }

    /// Changes the data. The change is stored when the response begins.
    ///
    /// # Errors
    ///
    /// [`Conflict`](session_core::ErrorKind::Conflict) if this request has read data that was written
    /// since, and as for all [methods](Self#errors).
    pub async fn write<R>(&self, change: impl FnOnce(&mut D) -> R) -> Result<R> {
        let mut change = Some(change);
        self.opened(Need::Write, |inner| {
            let open = inner.writable()?;
            Ok(open.and_then(|open| change.take().map(|change| change(open.data_mut()))))
        })
        .await
    }

    /// Gives the session a fresh id, for each sign-in and each change of privilege.
    ///
    /// The id changes in the step that stores the session: a request that fails leaves the old one.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](session_core::ErrorKind::Unsupported) over a store that does not rotate, and as
    /// for [`write`](Self::write).
    pub async fn rotate(&self) -> Result<()> {
        let rotate = |inner: &mut Inner<D>| {
            let open = inner.writable()?;
            open.map(|open| open.rotate().map(drop)).transpose()
        };
        self.opened(Need::Write, rotate).await
    }

    /// Gives the session a lifetime of its own, such as after a sign-in with "remember me".
    ///
    /// It counts from the step that stores the session. From then on its cookie has a `Max-Age`, also
    /// where those of other sessions end with the browser.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](session_core::ErrorKind::Unsupported) over a store that keeps no lifetimes, and
    /// as for [`write`](Self::write).
    pub async fn set_lifetime(&self, lifetime: Lifetime) -> Result<()> {
        let set = |inner: &mut Inner<D>| {
            let open = inner.writable()?;
            open.map(|open| open.set_lifetime(lifetime)).transpose()
        };
        self.opened(Need::Write, set).await
    }

    /// Deletes the session at once, and removes the cookie with the response: sign-out.
    ///
    /// It opens nothing and waits for no lock. It stands whatever becomes of the request. A deletion
    /// that has begun is finished although the client leaves. The next use begins a new session.
    ///
    /// # Errors
    ///
    /// Failures of the store: then the session is still there, and the cookie stays.
    pub async fn destroy(&self) -> Result<Deletion> {
        let shared = Arc::clone(&self.shared);
        let destroyed = async move { shared.destroy().await };
        Finish::new(&self.shared.settings.begun, destroyed).await
    }

    /// Stores what was changed, and releases the lock, before the response begins.
    ///
    /// For handlers that go on for long after their last change. The session can be read afterwards,
    /// and not be changed. What is stored stays so if the request fails later, and its cookie goes out
    /// with the response. A commit that has begun is finished although the client leaves.
    ///
    /// # Errors
    ///
    /// As for [`OpenSession::commit`](session_core::OpenSession::commit). The session cannot be used
    /// any more then.
    pub async fn commit(&self) -> Result<()> {
        let shared = Arc::clone(&self.shared);
        let committed = async move { shared.commit().await };
        Finish::new(&self.shared.settings.begun, committed).await
    }

    /// The session for what follows the response, such as a stream or a socket.
    pub fn later(&self) -> Later<D> {
        // What is streamed depends on the session, so caches have to know.
        drop(self.shared.with(|inner| inner.used = true));
        Later::new(Arc::clone(&self.shared))
    }

    /// Chooses what the first use opens.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) if the session was used already.
    pub fn access(&self, access: Access) -> Result<()> {
        self.shared.with(|inner| inner.unused().map(|inner| inner.access = access))?
    }

    /// Chooses other sessions over the same store, such as some with another strategy.
    ///
    /// The store, the codec and the key scheme must be the same.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) if the session was used already.
    pub fn using(&self, sessions: Sessions<D>) -> Result<()> {
        self.shared.with(|inner| inner.unused().map(|inner| inner.sessions = sessions))?
    }

    /// Makes the attempt, and opens the session before another one for as long as it returns `None`.
    pub(crate) async fn opened<R>(
        &self,
        need: Need,
        mut attempt: impl FnMut(&mut Inner<D>) -> Result<Option<R>>,
    ) -> Result<R> {
        loop {
            if let Some(done) = self.shared.with(&mut attempt)?? {
                return Ok(done);
            }
            self.shared.open(need).await?;
        }
    }

    pub(crate) fn with<R>(&self, change: impl FnOnce(&mut Inner<D>) -> R) -> Result<R> {
        self.shared.with(change)
    }
}

impl<D: 'static> Clone for Session<D> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

/// It shows whether the session is open, and nothing of its id and data.
impl<D: 'static> Debug for Session<D> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let state = self.shared.with(|inner| inner.state.name()).unwrap_or("in use");
        write!(formatter, "Session({state})")
    }
}
