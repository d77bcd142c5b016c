use super::{Presented, Sessions};
use crate::error::Operation;
use crate::store::{Deletion, Record};
use crate::strategy::{Claim, Opened};
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Lifetime, Result, SessionId};
use std::fmt::{self, Debug, Formatter};
use std::sync::OnceLock;

/// A session that was opened for writing.
///
/// Change the data through [`data_mut`](Self::data_mut), then [`commit`](Self::commit) or
/// [`destroy`](Self::destroy), which consume the session: a session that ended cannot be used. One
/// that is dropped instead is left as the store has it, and what was locked for it is released as
/// well as can be done without waiting.
#[must_use = "data that is not committed is not stored"]
pub struct OpenSession<T> {
    pub(super) sessions: Sessions<T>,
    /// The id of a new or a rotated session. That of a new one is generated when it is asked for or
    /// first stored: most new sessions are neither, and each id is a call of the operating system.
    /// A lock, because a session is `Sync` and `id` takes `&self`.
    pub(super) new_id: OnceLock<SessionId>,
    pub(super) data: T,
    /// Whether the data was handed out to be changed.
    pub(super) lent: bool,
    /// Whether the id was drawn by [`rotate`](Self::rotate).
    pub(super) rotated: bool,
    /// The lifetime that the commit sets.
    pub(super) lifetime: Option<Lifetime>,
    pub(super) origin: Origin,
}

/// Where the session comes from, and so what a commit has to do.
pub(super) enum Origin {
    /// Nowhere: the store knows nothing of it. The reason is what became of the presented id.
    New(Presented),
    /// The store, which had this record.
    Stored {
        /// The id that it was found by.
        id: SessionId,
        /// The record as it was opened. Changes are found by comparison with its payload.
        record: Record,
        claim: Box<dyn Claim>,
    },
}

impl<T: 'static> OpenSession<T> {
    /// The id, for the cookie. The commit stores a new or rotated session under it.
    ///
    /// The id of a new session is drawn at the first call, or by the commit that stores it.
    pub fn id(&self) -> &SessionId {
        match &self.origin {
            Origin::Stored { id, .. } if !self.rotated => id,
            _ => self.new_id.get_or_init(|| self.sessions.draw_id()),
        }
    }

    /// The data.
    pub const fn data(&self) -> &T {
        &self.data
    }

    /// The data, to be changed. A commit writes it if its encoding is not what it was.
    pub const fn data_mut(&mut self) -> &mut T {
        self.lent = true;
        &mut self.data
    }

    /// Whether the store knows nothing of this session yet.
    pub const fn is_new(&self) -> bool {
        matches!(self.origin, Origin::New(_))
    }

    /// Result of looking up the id that the client presented: it says why a session is new.
    pub const fn presented(&self) -> Presented {
        match self.origin {
            Origin::New(presented) => presented,
            Origin::Stored { .. } => Presented::Known,
        }
    }

    /// When the session expires if nothing more is written, or `None` if it is new.
    pub const fn expires(&self) -> Option<Timestamp> {
        match &self.origin {
            Origin::New(_) => None,
            Origin::Stored { record, .. } => Some(record.expires),
        }
    }

    /// Whether the session has a lifetime of its own, or gets one with the commit. Its cookie needs
    /// a `Max-Age` then.
    pub const fn has_own_lifetime(&self) -> bool {
        let is_stored_with_one = match &self.origin {
            Origin::New(_) => false,
            Origin::Stored { record, .. } => record.idle.is_some(),
        };
        self.lifetime.is_some() || is_stored_with_one
    }

    /// Gives the session a lifetime of its own with the commit: "remember me" ([S10](crate::contract#s10)).
    ///
    /// This sends nothing. The [commit](Self::commit) stores the idle timeout of `lifetime` beside the
    /// session, and the deadline that its absolute timeout sets from then on, if it has one. It does so
    /// for unchanged data as well, in one atomic step with data and rotation. The expiry is computed
    /// anew, and can move backwards. Until then, or if the commit is rejected, nothing changes. A new
    /// session without data still stores nothing.
    ///
    /// From then on, every process uses the idle timeout of the session in place of its
    /// configuration's. Its touch threshold changes in the same proportion; that of `lifetime` is not
    /// used. If this is called again before the commit, the last lifetime counts.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) if the store
    /// [does not keep lifetimes](crate::store::Capabilities::keeps_lifetimes). The session stays as it
    /// is, and can be committed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_core::{Lifetime, Result, Sessions};
    /// # use std::time::Duration;
    /// # async fn example(sessions: Sessions<String>, cookie: Option<&str>) -> Result<()> {
    /// const DAY: Duration = Duration::from_secs(24 * 3_600);
    /// let mut session = sessions.open(cookie).await?;
    /// session.data_mut().push_str("logged in");
    /// session.rotate()?;
    /// session.set_lifetime(Lifetime::idle(14 * DAY)?.with_absolute(90 * DAY)?)?;
    /// let committed = session.commit().await?;
    /// assert!(committed.has_own_lifetime()); // so the cookie gets a `Max-Age`
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_lifetime(&mut self, lifetime: Lifetime) -> Result<()> {
        if !self.sessions.capabilities().keeps_lifetimes() {
            let error = Error::new(Operation::Commit, ErrorKind::Unsupported);
            return Err(error.with_detail("the store keeps no lifetimes of records"));
        }
        self.lifetime = Some(lifetime);
        Ok(())
    }

    /// Gives the session a fresh id with the commit, for each login and change of privilege.
    ///
    /// This sends nothing, and returns the new id. The [commit](Self::commit) writes data, expiry
    /// and new id in one atomic step, for unchanged data as well, and the old id stops working
    /// ([S4](crate::contract#s4)). Until then the session is stored under its old id. It stays there if the session is
    /// dropped or if the commit is rejected: then the new id does not exist. If the outcome of a
    /// commit is unknown, its error has the [new id](Error::new_id).
    ///
    /// A second rotation of the same session changes nothing, and returns the same id.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) if the session is stored and the store does not
    /// rotate.
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_core::{Result, Sessions};
    /// # async fn example(sessions: Sessions<String>, cookie: Option<&str>) -> Result<()> {
    /// let mut session = sessions.open(cookie).await?;
    /// session.data_mut().push_str("logged in");
    /// session.rotate()?;
    /// let committed = session.commit().await?; // the id from before the login is worth nothing now
    /// if let Some((id, expires)) = committed.cookie() {
    ///     // Send a cookie with `id.secret()`, and with `Max-Age` for `expires`.
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn rotate(&mut self) -> Result<&SessionId> {
        if !self.is_new() && !self.sessions.rotates() {
            let error = Error::new(Operation::Rotate, ErrorKind::Unsupported);
            return Err(error.with_detail("the store does not move records to new keys"));
        }
        if !self.rotated {
            self.new_id = match &self.origin {
                Origin::Stored { id, .. } => self.sessions.draw_id_beside(id),
                Origin::New(_) => self.sessions.draw_id(),
            }
            .into();
            self.rotated = true;
        }
        Ok(self.id())
    }

    /// Deletes the session. Destroyed is final for every handle of its id ([S5](crate::contract#s5)).
    ///
    /// # Errors
    ///
    /// Failures of the store.
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_core::{Result, Sessions};
    /// # async fn example(sessions: Sessions<String>, cookie: Option<&str>) -> Result<()> {
    /// sessions.open(cookie).await?.destroy().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn destroy(self) -> Result<Deletion> {
        match self.origin {
            Origin::New(_) => Ok(Deletion::WasAbsent),
            Origin::Stored { claim, .. } => claim.delete().await,
        }
    }
}

impl<T: Default + 'static> OpenSession<T> {
    /// The session of a record that was opened, with its data decoded.
    pub(super) async fn opened(
        sessions: Sessions<T>,
        id: SessionId,
        opened: Opened,
    ) -> Result<Self> {
        let undecodable = match sessions.decode(&opened.snapshot.record.payload) {
            Ok(Some(data)) => return Ok(Self::stored(sessions, id, data, opened)),
            Ok(None) => Ok(Self::new(sessions, Presented::Undecodable)),
            Err(undecodable) => Err(undecodable),
        };
        // That the data is corrupt is what the caller must hear; the lock lapses anyway.
        let _ = opened.claim.release().await;
        undecodable
    }

    /// The session of a record that was opened, of which `data` was decoded.
    pub(super) fn stored(sessions: Sessions<T>, id: SessionId, data: T, opened: Opened) -> Self {
        let Opened { snapshot, claim } = opened;
        let origin = Origin::Stored { id, record: snapshot.record, claim };
        Self::of(sessions, data, origin)
    }

    pub(super) fn new(sessions: Sessions<T>, presented: Presented) -> Self {
        let (data, origin) = (T::default(), Origin::New(presented));
        Self::of(sessions, data, origin)
    }

    fn of(sessions: Sessions<T>, data: T, origin: Origin) -> Self {
        let new_id = OnceLock::new();
        Self { sessions, new_id, data, lent: false, rotated: false, lifetime: None, origin }
    }
}

impl<T: 'static> Debug for OpenSession<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OpenSession")
            .field("expires", &self.expires())
            .finish_non_exhaustive()
    }
}
