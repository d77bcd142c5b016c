use super::open_session::Origin;
use super::{OpenSession, Sessions, is_past_deadline};
use crate::error::Operation;
use crate::store::{Payload, Record};
use crate::strategy::Claim;
use crate::time::{EpochMillis, Timestamp};
use crate::{Error, ErrorKind, Result, SessionId};

/// What a commit left, and so what the client's cookie should say.
///
/// ```
/// # use session_core::{OpenSession, Result};
/// # async fn example(session: OpenSession<String>) -> Result<()> {
/// let committed = session.commit().await?;
/// if let Some((id, expires)) = committed.cookie() {
///     // Send a cookie with `id.secret()`, and with `Max-Age` for `expires`.
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a client that is not sent a new id or a later expiry loses its session"]
pub enum Committed {
    /// The session was new and got no data: nothing is stored, and there is no id to send (S2).
    Nothing,
    /// The session is stored.
    Stored {
        /// The id for the cookie.
        id: SessionId,
        /// When the session expires, unless it is used before.
        expires: Timestamp,
        /// What the commit wrote.
        written: Written,
        /// Whether the id is not the one that the client presented, so that the cookie is due.
        new_id: bool,
    },
}

impl Committed {
    /// The id of the session, or `None` if nothing is stored.
    pub const fn id(&self) -> Option<&SessionId> {
        match self {
            Self::Nothing => None,
            Self::Stored { id, .. } => Some(id),
        }
    }

    /// When the session expires unless it is used before, or `None` if nothing is stored.
    pub const fn expires(&self) -> Option<Timestamp> {
        match self {
            Self::Nothing => None,
            Self::Stored { expires, .. } => Some(*expires),
        }
    }

    /// Returns the kind of write that the commit made.
    pub const fn written(&self) -> Written {
        match self {
            Self::Nothing => Written::Nothing,
            Self::Stored { written, .. } => *written,
        }
    }

    /// Whether the session is stored under another id than the client presented.
    pub const fn has_new_id(&self) -> bool {
        matches!(self, Self::Stored { new_id: true, .. })
    }

    /// The id and the expiry for a cookie, or `None` if the client's cookie is still right.
    ///
    /// A cookie is due with a new id, and whenever the expiry has moved: a cookie that is sent with
    /// a new id alone ends while its session is still used.
    pub const fn cookie(&self) -> Option<(&SessionId, Timestamp)> {
        match self {
            Self::Stored { new_id: false, written: Written::Nothing, .. } | Self::Nothing => None,
            Self::Stored { id, expires, .. } => Some((id, *expires)),
        }
    }
}

/// What a commit wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Written {
    /// A new record.
    Created,
    /// New data and expiry.
    Updated,
    /// The expiry alone.
    Touched,
    /// Nothing: the data is the same and a touch is not due.
    Nothing,
}

/// A stored session, as a handle commits it.
struct Held {
    id: SessionId,
    record: Record,
    claim: Box<dyn Claim>,
    rotated: bool,
}

impl<T: Default + 'static> OpenSession<T> {
    /// Writes what changed, and ends the session.
    ///
    /// Changed data is written with a new expiry. Unchanged data is not written, and the expiry
    /// only if a touch is due (S3). A new session whose data is still the default stores nothing
    /// (S2).
    ///
    /// # Cancellation
    ///
    /// A future that is dropped leaves the session as it was, or as committed (R13).
    ///
    /// # Errors
    ///
    /// [`Gone`](ErrorKind::Gone) if the session was deleted or expired meanwhile: nothing brings
    /// it back (R4). What the strategy refuses, such as [`Conflict`](ErrorKind::Conflict) or
    /// [`LockLost`](ErrorKind::LockLost), what the codec refuses, and failures of the store.
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_core::{Result, Sessions};
    /// # async fn example(sessions: Sessions<String>, cookie: Option<&str>) -> Result<()> {
    /// let session = sessions.open(cookie).await?;
    /// let committed = session.commit().await?;
    /// if let Some((id, expires)) = committed.cookie() {
    ///     let cookie = format!("id={}; Max-Age={}", id.secret(), sessions.time_to(expires).as_secs());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn commit(self) -> Result<Committed> {
        let Self { sessions, id, data, lent, origin } = self;
        let changed = lent.then_some(&data);
        match origin {
            Origin::New(_) => sessions.commit_new(id, changed).await,
            Origin::Stored { record, decoded, claim, rotated } => {
                let changed = changed.map(|data| (data, &decoded));
                let held = Held { id, record, claim, rotated };
                sessions.commit_stored(changed, held).await
            }
        }
    }
}

impl<T: Default + 'static> Sessions<T> {
    async fn commit_new(&self, id: SessionId, changed: Option<&T>) -> Result<Committed> {
        let Some(data) = changed else {
            return Ok(Committed::Nothing);
        };
        let payload = self.encode(data)?;
        if payload == self.encode(&T::default())? {
            return Ok(Committed::Nothing);
        }
        let now = self.now();
        let deadline = self.shared.lifetime.deadline(now);
        let expires = self.shared.lifetime.expiry(now, deadline);
        let record = Record { payload, expires, deadline };
        let key = self.shared.key_scheme.key(&id)?;
        self.shared.strategy.store().create(&key, &record, &self.draw_version()).await?;
        Ok(Committed::Stored { id, expires, written: Written::Created, new_id: true })
    }
}

impl<T: 'static> Sessions<T> {
    async fn commit_stored(
        &self,
        changed: Option<(&T, &Payload)>,
        mut held: Held,
    ) -> Result<Committed> {
        let now = self.now();
        match self.prepare(changed, &mut held, now).await {
            Ok(payload) => self.write(payload, held, now).await,
            Err(refused) => {
                // Why nothing can be written is what the caller must hear; the lock lapses anyway.
                let _ = held.claim.release().await;
                Err(refused)
            }
        }
    }

    /// The payload to write, if any, for a session that has the id to write it under.
    async fn prepare(
        &self,
        changed: Option<(&T, &Payload)>,
        held: &mut Held,
        now: EpochMillis,
    ) -> Result<Option<Payload>> {
        let payload = self.changed_payload(changed, &held.record, now)?;
        if let (Some((_, decoded)), Some(payload)) = (changed, &payload) {
            self.rotate_if_first(decoded, payload, held).await?;
        }
        Ok(payload)
    }

    /// Gives the session a fresh id if `payload` is the first data that is written to it.
    async fn rotate_if_first(
        &self,
        decoded: &Payload,
        payload: &Payload,
        held: &mut Held,
    ) -> Result<()> {
        let Some(is_empty) = &self.shared.is_empty else { return Ok(()) };
        if held.rotated || !is_empty(decoded) || is_empty(payload) {
            return Ok(());
        }
        let id = self.draw_id();
        held.record = self.rotate(&id, &held.record, &mut *held.claim).await?;
        held.id = id;
        held.rotated = true;
        Ok(())
    }

    /// Writes a changed payload, or moves the expiry if that is due, or lets go.
    async fn write(
        &self,
        payload: Option<Payload>,
        held: Held,
        now: EpochMillis,
    ) -> Result<Committed> {
        let Held { id, record, claim, rotated: new_id } = held;
        let stored = |expires, written| Committed::Stored { id, expires, written, new_id };
        let expires = self.shared.lifetime.expiry(now, record.deadline);
        if let Some(payload) = payload {
            let updated = claim.update(payload, expires, &self.draw_version()).await;
            return updated
                .map(|()| stored(expires, Written::Updated))
                .map_err(|refused| self.gone_if_past_deadline(refused, &record));
        }
        if self.shared.lifetime.is_touch_due(record.expires, expires) {
            claim.touch(expires).await?;
            return Ok(stored(expires, Written::Touched));
        }
        claim.release().await?;
        Ok(stored(record.expires, Written::Nothing))
    }

    /// The payload to write, or `None` if the data is what was decoded.
    fn changed_payload(
        &self,
        changed: Option<(&T, &Payload)>,
        record: &Record,
        now: EpochMillis,
    ) -> Result<Option<Payload>> {
        if is_past_deadline(record, now) {
            return Err(Error::new(Operation::Commit, ErrorKind::Gone));
        }
        let Some((data, decoded)) = changed else { return Ok(None) };
        let payload = self.encode(data)?;
        Ok((payload != *decoded).then_some(payload))
    }

    /// To a store whose clock has reached the deadline, an expiry at the deadline is in the past.
    fn gone_if_past_deadline(&self, refused: Error, record: &Record) -> Error {
        let is_meaningless = refused.kind() == ErrorKind::InvalidArgument;
        if is_meaningless && is_past_deadline(record, self.now()) {
            return Error::new(Operation::Commit, ErrorKind::Gone);
        }
        refused
    }
}
