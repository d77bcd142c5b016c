use super::open_session::Origin;
use super::{OpenSession, Sessions, is_past_deadline};
use crate::error::{Operation, Outcome};
use crate::store::{Key, OwnLifetime, Payload, Record};
use crate::strategy::{Claim, Write};
use crate::time::{EpochMillis, Timestamp};
use crate::{Error, ErrorKind, Lifetime, Result, SessionId};

/// The result of a commit, and the cookie that the client should get.
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
    /// The session was new and got no data, so nothing is stored ([S2](crate::contract#s2)).
    ///
    /// There is no id to send.
    Nothing,
    /// The session is stored.
    Stored {
        /// The id for the cookie.
        id: SessionId,
        /// When the session expires, unless it is used before.
        expires: Timestamp,
        /// The write of the commit.
        written: Written,
        /// Whether the id differs from the presented one, so that the cookie is due.
        new_id: bool,
        /// Whether the session has a [lifetime of its own](OpenSession::set_lifetime).
        ///
        /// Its cookie needs a `Max-Age` then.
        own_lifetime: bool,
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

    /// When the session expires if it is not used, or `None` if nothing is stored.
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

    /// Whether the stored session has a [lifetime of its own](OpenSession::set_lifetime).
    ///
    /// Its cookie needs a `Max-Age` then.
    pub const fn has_own_lifetime(&self) -> bool {
        matches!(self, Self::Stored { own_lifetime: true, .. })
    }

    /// The id and the expiry for a cookie, or `None` if the client's is up to date.
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

/// The write of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Written {
    /// A new record.
    Created,
    /// Data and expiry. The data may be unchanged if the session got a lifetime.
    Updated,
    /// Data and expiry under a new id. The data may be unchanged.
    Rotated,
    /// The expiry alone.
    Touched,
    /// Nothing: the data is the same and a touch is not due.
    Nothing,
}

/// A stored session, as a handle commits it.
struct StoredSession {
    id: SessionId,
    rotated: bool,
    lifetime: Option<Lifetime>,
    record: Record,
    claim: Box<dyn Claim>,
}

/// The step that commits a stored session, and the session after it.
struct Plan {
    id: SessionId,
    expires: Timestamp,
    deadline: Option<Timestamp>,
    own_lifetime: bool,
    step: Step,
}

enum Step {
    Rotation { new: Key, write: Write },
    Update(Write),
    Touch,
    Nothing,
}

impl Step {
    const fn kind(&self) -> Written {
        match self {
            Self::Rotation { .. } => Written::Rotated,
            Self::Update(_) => Written::Updated,
            Self::Touch => Written::Touched,
            Self::Nothing => Written::Nothing,
        }
    }
}

impl<T: Default + 'static> OpenSession<T> {
    /// Writes what changed, and ends the session.
    ///
    /// Changed data is written with a new expiry, under the new id if the session was
    /// [rotated](Self::rotate), and with the [lifetime](Self::set_lifetime) that was set, all in one
    /// step. Unchanged data is written only with a new id or a lifetime, and
    /// the expiry alone only if a touch is due ([S3](crate::contract#s3)). A new session whose data is still the default
    /// stores nothing ([S2](crate::contract#s2)).
    ///
    /// # Cancellation
    ///
    /// A future that is dropped leaves the session as it was, or as committed ([R13](crate::contract#r13)).
    ///
    /// # Errors
    ///
    /// [`Gone`](ErrorKind::Gone) if the session was deleted or expired meanwhile: nothing brings
    /// it back ([R4](crate::contract#r4)). A rejection by the strategy, such as [`Conflict`](ErrorKind::Conflict) or
    /// [`LockLost`](ErrorKind::LockLost), what the codec rejects, and failures of the store. If the
    /// outcome of a commit with a new id is unknown, the error has the [new id](Error::new_id).
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
        let Self { sessions, new_id, data, lent, rotated, lifetime, origin } = self;
        let changed = lent.then_some(&data);
        match origin {
            Origin::New(_) => sessions.commit_new(new_id.into_inner(), changed, lifetime).await,
            Origin::Stored { id, record, claim } => {
                let id = new_id.into_inner().unwrap_or(id);
                let held = StoredSession { id, rotated, lifetime, record, claim };
                sessions.commit_stored(changed, held).await
            }
        }
    }
}

impl<T: Default + 'static> Sessions<T> {
    async fn commit_new(
        &self,
        id: Option<SessionId>,
        changed: Option<&T>,
        lifetime: Option<Lifetime>,
    ) -> Result<Committed> {
        let Some(data) = changed else {
            return Ok(Committed::Nothing);
        };
        let payload = self.encode(data)?;
        if payload == self.encode(&T::default())? {
            return Ok(Committed::Nothing);
        }
        let now = self.now();
        let (own_lifetime, lifetime) =
            (lifetime.is_some(), lifetime.unwrap_or(self.shared.lifetime));
        let OwnLifetime { idle, deadline } = lifetime.starting_at(now);
        let expires = lifetime.expiry(now, deadline);
        let record = Record { payload, expires, deadline, idle: own_lifetime.then_some(idle) };
        let id = id.unwrap_or_else(|| self.draw_id());
        let key = self.shared.key_scheme.key(&id)?;
        self.shared.strategy.store().create(&key, &record, &self.draw_tag()).await?;
        let written = Written::Created;
        Ok(Committed::Stored { id, expires, written, new_id: true, own_lifetime })
    }
}

impl<T: 'static> Sessions<T> {
    async fn commit_stored(&self, changed: Option<&T>, held: StoredSession) -> Result<Committed> {
        match self.plan(changed, &held) {
            Ok(plan) => self.write(plan, held.claim).await,
            Err(refused) => {
                // Why nothing can be written is what the caller must hear; the lock lapses anyway.
                let _ = held.claim.release().await;
                Err(refused)
            }
        }
    }

    fn plan(&self, changed: Option<&T>, held: &StoredSession) -> Result<Plan> {
        let (record, now) = (&held.record, self.now());
        let payload = self.changed_payload(changed, record, now)?;
        let own = held.lifetime.map(|lifetime| lifetime.starting_at(now));
        let idle = own.map_or(record.idle, |own| Some(own.idle));
        let deadline = own.map_or(record.deadline, |own| own.deadline);
        let lifetime = self.shared.lifetime.with_own_idle(idle);
        let expires = lifetime.expiry(now, deadline);
        let (id, step) = self.step(held, payload, expires, own)?;
        let is_touch_due = lifetime.is_touch_due(record.expires, expires);
        let (expires, step) = match step {
            Some(step) => (expires, step),
            None if is_touch_due => (expires, Step::Touch),
            None => (record.expires, Step::Nothing),
        };
        Ok(Plan { id, expires, deadline, own_lifetime: idle.is_some(), step })
    }

    /// The write that is due whatever the expiry is, and the id after it.
    fn step(
        &self,
        held: &StoredSession,
        changed: Option<Payload>,
        expires: Timestamp,
        lifetime: Option<OwnLifetime>,
    ) -> Result<(SessionId, Option<Step>)> {
        let StoredSession { id, rotated, record, .. } = held;
        if changed.is_none() && !rotated && lifetime.is_none() {
            return Ok((id.clone(), None));
        }
        let is_first_data = changed.as_ref().is_some_and(|data| self.is_first_data(record, data));
        let payload = changed.unwrap_or_else(|| record.payload.clone());
        let write = Write { payload, expires, lifetime };
        if !rotated && !is_first_data {
            return Ok((id.clone(), Some(Step::Update(write))));
        }
        let id = if *rotated { id.clone() } else { self.draw_id_beside(id) };
        let new = self.shared.key_scheme.key(&id)?;
        Ok((id, Some(Step::Rotation { new, write })))
    }

    /// Whether the session gets a fresh id because `payload` is its first data.
    fn is_first_data(&self, record: &Record, payload: &Payload) -> bool {
        let is_empty = self.shared.is_empty.as_ref();
        is_empty.is_some_and(|is_empty| is_empty(&record.payload) && !is_empty(payload))
    }

    async fn write(&self, plan: Plan, claim: Box<dyn Claim>) -> Result<Committed> {
        let Plan { id, expires, deadline, own_lifetime, step } = plan;
        let written = step.kind();
        let done = match step {
            Step::Rotation { new, write } => {
                let rotated = claim.rotate(&new, write, &self.draw_tag()).await;
                rotated.map_err(|refused| if_unknown_with(refused, &id))
            }
            Step::Update(write) => claim.update(write, &self.draw_tag()).await,
            Step::Touch => claim.touch(expires).await,
            Step::Nothing => claim.release().await,
        };
        done.map_err(|refused| self.gone_if_past_deadline(refused, deadline))?;
        let new_id = written == Written::Rotated;
        Ok(Committed::Stored { id, expires, written, new_id, own_lifetime })
    }

    /// The payload to write, or `None` if the data is what was decoded.
    fn changed_payload(
        &self,
        changed: Option<&T>,
        record: &Record,
        now: EpochMillis,
    ) -> Result<Option<Payload>> {
        if is_past_deadline(record.deadline, now) {
            return Err(Error::new(Operation::Commit, ErrorKind::Gone));
        }
        let Some(data) = changed else { return Ok(None) };
        let payload = self.encode(data)?;
        Ok((payload != record.payload).then_some(payload))
    }

    /// Turns a rejection into `Gone` if the deadline of the session is over.
    ///
    /// A store whose clock has reached the deadline rejects an expiry at the deadline as past.
    fn gone_if_past_deadline(&self, refused: Error, deadline: Option<Timestamp>) -> Error {
        let is_meaningless = refused.kind() == ErrorKind::InvalidArgument;
        if is_meaningless && is_past_deadline(deadline, self.now()) {
            return Error::new(Operation::Commit, ErrorKind::Gone);
        }
        refused
    }
}

/// Adds the new id to an error after which the session may be stored under it.
fn if_unknown_with(error: Error, new: &SessionId) -> Error {
    match error.outcome() {
        Outcome::NotApplied => error,
        Outcome::Unknown => error.with_new_id(new.clone()),
    }
}
