mod held_section;
mod sections;

pub use held_section::HeldSection;

use crate::machine::{Finish, Inner, RequiredAccess, Shared};
use crate::{Access, Later};
use session_core::sections::Sections;
use session_core::store::Deletion;
use session_core::{Lifetime, Result, Sessions};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

/// The session of one request.
///
/// The first use opens the session as its [`Access`] says, and nothing is sent to the store before
/// it. The changes of the request are stored in one step when its response begins, unless the
/// request fails. Clones share one session.
///
/// A closure runs while a mutex of this process locks the session, so it must not wait. If it uses
/// the same session, it gets an error. The store is not locked.
///
/// # Errors
///
/// All methods return the failures of the store and of the strategy. They also return
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

    /// Reads the data. A client without a session has the data of a new one.
    ///
    /// # Errors
    ///
    /// The errors of all [methods](Self#errors).
    pub async fn read<R>(&self, read: impl FnOnce(&D) -> R) -> Result<R> {
        let mut read = Some(read);
        self.opened(RequiredAccess::Read, |inner| {
            let data = inner.data()?;
            Ok(data.and_then(|data| read.take().map(|read| read(data))))
        })
        .await
    }

    /// Changes the data. The change is stored when the response begins.
    ///
    /// # Errors
    ///
    /// [`Conflict`](session_core::ErrorKind::Conflict) if this request has read data that was
    /// written since, and as for all [methods](Self#errors).
    pub async fn write<R>(&self, change: impl FnOnce(&mut D) -> R) -> Result<R> {
        let mut change = Some(change);
        self.opened(RequiredAccess::Write, |inner| {
            let open = inner.writable()?;
            Ok(open.and_then(|open| change.take().map(|change| change(open.data_mut()))))
        })
        .await
    }

    /// Gives the session a new id, for each sign-in and each change of privilege.
    ///
    /// The id changes in the step that stores the session. A request that fails does not change it.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](session_core::ErrorKind::Unsupported) over a store that does not rotate, and
    /// as for [`write`](Self::write).
    pub async fn rotate(&self) -> Result<()> {
        let rotate = |inner: &mut Inner<D>| {
            let open = inner.writable()?;
            open.map(|open| open.rotate().map(drop)).transpose()
        };
        self.opened(RequiredAccess::Write, rotate).await
    }

    /// Gives the session its own lifetime, as after a sign-in with "remember me".
    ///
    /// The lifetime counts from the step that stores the session. From then on its cookie has a
    /// `Max-Age`, even if the cookies of other sessions end with the browser.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](session_core::ErrorKind::Unsupported) over a store that keeps no lifetimes,
    /// and as for [`write`](Self::write).
    pub async fn set_lifetime(&self, lifetime: Lifetime) -> Result<()> {
        let set = |inner: &mut Inner<D>| {
            let open = inner.writable()?;
            open.map(|open| open.set_lifetime(lifetime)).transpose()
        };
        self.opened(RequiredAccess::Write, set).await
    }

    /// Deletes the session at once, and removes the cookie with the response: sign-out.
    ///
    /// It opens nothing and waits for no lock. The deletion stays if the request fails later. If
    /// the client leaves during the deletion, the deletion goes on. The next use begins a new
    /// session.
    ///
    /// # Errors
    ///
    /// Failures of the store. After a failure the session still exists, and the cookie stays.
    pub async fn destroy(&self) -> Result<Deletion> {
        let shared = Arc::clone(&self.shared);
        let destroyed = async move { shared.destroy().await };
        Finish::new(&self.shared.settings.begun, destroyed).await
    }

    /// Stores the changes and releases the lock before the response begins.
    ///
    /// Use it in handlers that go on for long after their last change. Afterwards the session can
    /// be read, but not changed. The stored changes stay if the request fails later, and the
    /// response carries the cookie. If the client leaves during the commit, the commit goes on.
    ///
    /// # Errors
    ///
    /// The errors of [`OpenSession::commit`](session_core::OpenSession::commit). After an error the
    /// session cannot be used any more.
    pub async fn commit(&self) -> Result<()> {
        let shared = Arc::clone(&self.shared);
        let committed = async move { shared.commit().await };
        Finish::new(&self.shared.settings.begun, committed).await
    }

    /// The session after the response, for a stream or a socket.
    pub fn later(&self) -> Later<D> {
        // The stream depends on the session, so the response needs `Vary`.
        drop(self.shared.with(|inner| inner.used = true));
        Later::new(Arc::clone(&self.shared))
    }

    /// Sets how the first use opens the session.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) if the session was used already.
    pub fn access(&self, access: Access) -> Result<()> {
        self.shared.with(|inner| inner.unused().map(|inner| inner.access = access))?
    }

    /// Uses other sessions over the same store, for example with another strategy.
    ///
    /// The store, the codec and the key scheme must be the same.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) if the session was used already.
    pub fn using(&self, sessions: Sessions<D>) -> Result<()> {
        self.shared.with(|inner| inner.unused().map(|inner| inner.sessions = sessions))?
    }

    /// Makes the attempt, and repeats it with an opened session if it returns `None`.
    pub(crate) async fn opened<R>(
        &self,
        need: RequiredAccess,
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

/// Shows whether the session is open, and neither its id nor its data.
impl<D: 'static> Debug for Session<D> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let state = self.shared.with(|inner| inner.state.name()).unwrap_or("in use");
        write!(formatter, "Session({state})")
    }
}
