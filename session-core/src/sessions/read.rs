use super::{Presented, Sessions};
use crate::store::{Expect, Key, LockDisposition, Record, Snapshot, Touch};
use crate::time::Timestamp;
use crate::{Result, SessionId};
use std::fmt::{self, Debug, Formatter};

/// A session that was opened for reading.
///
/// It holds no lock and writes no data. [`close`](Self::close) moves the expiry when that is due,
/// so that sessions of users who only read live on ([S3](crate::contract#s3)); dropping it instead is fine.
pub struct ReadSession<T> {
    sessions: Sessions<T>,
    data: T,
    stored: Result<Stored, Presented>,
}

/// The record that a session was read from.
pub(super) struct Stored {
    pub(super) id: SessionId,
    pub(super) key: Key,
    pub(super) snapshot: Snapshot,
}

impl<T> ReadSession<T> {
    pub(super) fn present(
        sessions: Sessions<T>,
        id: SessionId,
        key: Key,
        snapshot: Snapshot,
        data: T,
    ) -> Self {
        Self { sessions, data, stored: Ok(Stored { id, key, snapshot }) }
    }

    /// The data, and what it was read from, or why there was nothing.
    pub(super) fn into_parts(self) -> (T, Result<Stored, Presented>) {
        (self.data, self.stored)
    }

    /// The data, that of a new session if the store does not know the id.
    pub const fn data(&self) -> &T {
        &self.data
    }

    /// The id, or `None` if the store does not know the one that was presented.
    pub fn id(&self) -> Option<&SessionId> {
        self.stored.as_ref().ok().map(|stored| &stored.id)
    }

    /// Result of looking up the id that the client presented.
    pub fn presented(&self) -> Presented {
        self.stored.as_ref().err().copied().unwrap_or(Presented::Known)
    }

    /// When the session expires, or `None` if the store does not know it.
    pub fn expires(&self) -> Option<Timestamp> {
        self.stored.as_ref().ok().map(|stored| stored.snapshot.record.expires)
    }

    /// Whether the session has a [lifetime of its own](crate::OpenSession::set_lifetime).
    ///
    /// Its cookie needs a `Max-Age` then.
    pub fn has_own_lifetime(&self) -> bool {
        self.stored.as_ref().is_ok_and(|stored| stored.snapshot.record.idle.is_some())
    }

    /// Whether [`close`](Self::close) would move the expiry now.
    ///
    /// A caller that answers before it closes knows by this whether the client's cookie is due.
    pub fn is_touch_due(&self) -> bool {
        self.stored.as_ref().is_ok_and(|stored| self.due(&stored.snapshot.record).is_some())
    }

    /// The expiry that a touch would set, if one is due.
    fn due(&self, record: &Record) -> Option<Timestamp> {
        let shared = &self.sessions.shared;
        let lifetime = shared.lifetime.with_own_idle(record.idle);
        let expires = lifetime.expiry(shared.clock.now(), record.deadline);
        lifetime.is_touch_due(record.expires, expires).then_some(expires)
    }

    /// Touches the session if that is due, and returns its expiry.
    ///
    /// # Errors
    ///
    /// [`Gone`](crate::ErrorKind::Gone) if the session was deleted or expired meanwhile, and
    /// failures of the store.
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_core::{Result, Sessions};
    /// # async fn example(sessions: Sessions<String>, cookie: Option<&str>) -> Result<()> {
    /// let session = sessions.read(cookie).await?;
    /// let id = session.id().cloned();
    /// let closed = session.close().await?;
    /// if let (Some(id), Some(expires), true) = (id, closed.expires, closed.touched) {
    ///     // Send a cookie with `id.secret()`, and with `Max-Age` for `expires`.
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn close(self) -> Result<Closed> {
        let Ok(Stored { key, snapshot: Snapshot { record, .. }, .. }) = &self.stored else {
            return Ok(Closed { expires: None, touched: false, own_lifetime: false });
        };
        let own_lifetime = record.idle.is_some();
        let Some(expires) = self.due(record) else {
            return Ok(Closed { expires: Some(record.expires), touched: false, own_lifetime });
        };
        let touch = Touch { expires, lock: LockDisposition::Keep };
        let store = self.sessions.shared.strategy.store();
        store.touch(key, &touch, &Expect::PRESENT).await?;
        Ok(Closed { expires: Some(expires), touched: true, own_lifetime })
    }
}

/// The state of a session after it was read and closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "a client that is not sent a later expiry loses its session while it uses it"]
pub struct Closed {
    /// When the session expires if it is not used, or `None` if it is not stored.
    pub expires: Option<Timestamp>,
    /// Whether the expiry was moved, so that the cookie is due, with the same id.
    pub touched: bool,
    /// Whether the session has a [lifetime of its own](crate::OpenSession::set_lifetime).
    ///
    /// Its cookie needs a `Max-Age` then.
    pub own_lifetime: bool,
}

impl<T: Default> ReadSession<T> {
    pub(super) fn absent(sessions: Sessions<T>, presented: Presented) -> Self {
        Self { sessions, data: T::default(), stored: Err(presented) }
    }
}

impl<T> Debug for ReadSession<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ReadSession")
            .field("expires", &self.expires())
            .finish_non_exhaustive()
    }
}
