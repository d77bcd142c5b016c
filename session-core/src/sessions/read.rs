use super::{Presented, Sessions};
use crate::store::{Expect, Key, LockDisposition, Record, Touch};
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

struct Stored {
    id: SessionId,
    key: Key,
    record: Record,
}

impl<T> ReadSession<T> {
    pub(super) fn present(
        sessions: Sessions<T>,
        id: SessionId,
        key: Key,
        record: Record,
        data: T,
    ) -> Self {
        Self { sessions, data, stored: Ok(Stored { id, key, record }) }
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
        self.stored.as_ref().ok().map(|stored| stored.record.expires)
    }

    /// Ends the reading with a touch if one is due, and says when the session expires now.
    ///
    /// # Errors
    ///
    /// [`Gone`](crate::ErrorKind::Gone) if the session was deleted or expired meanwhile, and
    /// failures of the store.
    pub async fn close(self) -> Result<Option<Timestamp>> {
        let Ok(Stored { key, record, .. }) = self.stored else {
            return Ok(None);
        };
        let shared = &self.sessions.shared;
        let expires = shared.lifetime.expiry(shared.clock.now(), record.deadline);
        if !shared.lifetime.is_touch_due(record.expires, expires) {
            return Ok(Some(record.expires));
        }
        let touch = Touch { expires, lock: LockDisposition::Keep };
        shared.strategy.store().touch(&key, &touch, &Expect::PRESENT).await?;
        Ok(Some(expires))
    }
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
