use super::{Presented, Sessions, is_past_deadline};
use crate::error::Operation;
use crate::store::{Deletion, Payload, Record};
use crate::strategy::{Claim, Opened};
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result, SessionId};
use std::fmt::{self, Debug, Formatter};

/// A session that was opened for writing.
///
/// Change the data through [`data_mut`](Self::data_mut), then [`commit`](Self::commit) or
/// [`destroy`](Self::destroy), which consume the session: a session that ended cannot be used. One
/// that is dropped instead is left as the store has it, and what was locked for it is released as
/// well as can be done without waiting.
#[must_use = "data that is not committed is not stored"]
pub struct OpenSession<T> {
    pub(super) sessions: Sessions<T>,
    pub(super) id: SessionId,
    pub(super) data: T,
    /// Whether the data was handed out to be changed.
    pub(super) lent: bool,
    pub(super) origin: Origin,
}

/// Where the session comes from, and so what a commit has to do.
pub(super) enum Origin {
    /// Nowhere: the store knows nothing of it. The reason is what became of the presented id.
    New(Presented),
    /// The store, which had this record.
    Stored {
        /// The record as it stands, as far as the handle knows.
        record: Record,
        /// The payload that the data was decoded from, against which changes are told.
        decoded: Payload,
        claim: Box<dyn Claim>,
        rotated: bool,
    },
}

impl<T: 'static> OpenSession<T> {
    pub(super) async fn opened(
        sessions: Sessions<T>,
        id: SessionId,
        opened: Opened,
    ) -> Result<Self> {
        let Opened { snapshot, claim } = opened;
        let record = snapshot.record;
        match sessions.shared.codec.decode(&record.payload) {
            Ok(data) => {
                let decoded = record.payload.clone();
                let origin = Origin::Stored { record, decoded, claim, rotated: false };
                Ok(Self { sessions, id, data, lent: false, origin })
            }
            Err(undecodable) => {
                // That the data is corrupt is what the caller must hear; the lock lapses anyway.
                let _ = claim.release().await;
                Err(undecodable)
            }
        }
    }

    /// The id, for the cookie. A new session is stored under it by its commit.
    pub const fn id(&self) -> &SessionId {
        &self.id
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

    /// Gives the session a fresh id, to be done on login and on every change of privilege.
    ///
    /// The stored data, the deadline and the lock move along in one atomic step, and the old id
    /// stops working (S4). A rotation is a use of the session, so its expiry moves as for a write.
    /// Changes that are not committed stay so. The session remains usable
    /// under the old id if this fails before anything happened.
    ///
    /// # Errors
    ///
    /// [`Gone`](ErrorKind::Gone) if the session was deleted or expired meanwhile;
    /// [`Unsupported`](ErrorKind::Unsupported) if the store does not rotate; what the strategy
    /// refuses, and failures of the store.
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_core::{Result, Sessions};
    /// # async fn example(sessions: Sessions<String>, cookie: Option<&str>) -> Result<()> {
    /// let mut session = sessions.open(cookie).await?;
    /// session.data_mut().push_str("logged in");
    /// session.rotate().await?; // the id from before the login is worth nothing now
    /// let committed = session.commit().await?;
    /// if let Some((id, expires)) = committed.cookie() {
    ///     // Send a cookie with `id.secret()`, and with `Max-Age` for `expires`.
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn rotate(&mut self) -> Result<()> {
        let id = self.sessions.draw_id();
        if let Origin::Stored { record, claim, rotated, .. } = &mut self.origin {
            *record = self.sessions.rotate(&id, record, &mut **claim).await?;
            *rotated = true;
        }
        self.id = id;
        Ok(())
    }

    /// Deletes the session. Destroyed is final for every handle of its id (S5).
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

impl<T: 'static> Sessions<T> {
    /// Moves the record that `claim` holds to `id`, and gives it as it stands there.
    pub(super) async fn rotate(
        &self,
        id: &SessionId,
        record: &Record,
        claim: &mut dyn Claim,
    ) -> Result<Record> {
        let now = self.now();
        if is_past_deadline(record, now) {
            return Err(Error::new(Operation::Rotate, ErrorKind::Gone));
        }
        let key = self.shared.key_scheme.key(id)?;
        let expires = self.shared.lifetime.expiry(now, record.deadline);
        let used = Record { expires, ..record.clone() };
        claim.rotate(&key, &used, &self.draw_version()).await
    }
}

impl<T: Default + 'static> OpenSession<T> {
    pub(super) fn new(sessions: Sessions<T>, presented: Presented) -> Self {
        let id = sessions.draw_id();
        Self { sessions, id, data: T::default(), lent: false, origin: Origin::New(presented) }
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
