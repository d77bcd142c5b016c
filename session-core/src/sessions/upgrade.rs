use super::{OpenSession, ReadSession, Sessions, is_past_deadline};
use crate::error::Operation;
use crate::store::Snapshot;
use crate::strategy::Opened;
use crate::{Error, ErrorKind, Result};
use std::fmt::{self, Debug, Formatter};

/// A session that was read and is now open for writing.
#[non_exhaustive]
#[must_use = "data that is not committed is not stored"]
pub struct Upgraded<T> {
    /// The session, with the data that its commit is compared with.
    pub session: OpenSession<T>,
    /// Whether the data was written since it was read, as far as the strategy has seen.
    ///
    /// If so, the session has other data than the caller was shown. A strategy that does not lock
    /// asks nothing of the store, so this is `false`, and a write that came first shows at the commit.
    pub changed: bool,
}

impl<T: 'static> Debug for Upgraded<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { session, changed } = self;
        let mut debug = formatter.debug_struct("Upgraded");
        debug.field("session", session).field("changed", changed).finish()
    }
}

impl<T: Default + 'static> Sessions<T> {
    /// Opens a session for writing that was opened for reading ([S9](crate::contract#s9)).
    ///
    /// A strategy that does not lock sends nothing: the commit expects what was read. One that locks
    /// waits for the lock and reads again. These sessions may have another strategy than those that
    /// the session was read by. The store, the codec and the key scheme must be the same.
    ///
    /// A session that is new to the reader is a new one here, for the same
    /// [reason](OpenSession::presented).
    ///
    /// # Cancellation
    ///
    /// As for [`open`](Self::open).
    ///
    /// # Errors
    ///
    /// [`Gone`](ErrorKind::Gone) if the session was deleted or expired since it was read: what the
    /// caller was shown must not turn into a new session. [`Corrupt`](ErrorKind::Corrupt) if the data
    /// can no longer be decoded, also where such data starts anew. Otherwise as for
    /// [`open`](Self::open).
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_core::{Error, ErrorKind, Result, Sessions};
    /// # use session_core::error::Operation;
    /// # async fn example(sessions: Sessions<String>, cookie: Option<&str>) -> Result<()> {
    /// let session = sessions.read(cookie).await?;
    /// if session.data().is_empty() {
    ///     let mut upgraded = sessions.upgrade(session).await?;
    ///     if upgraded.changed && !upgraded.session.data().is_empty() {
    ///         return Err(Error::new(Operation::Open, ErrorKind::Conflict));
    ///     }
    ///     upgraded.session.data_mut().push_str("first");
    ///     let _ = upgraded.session.commit().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn upgrade(&self, read: ReadSession<T>) -> Result<Upgraded<T>> {
        let (data, stored) = read.into_parts();
        let stored = match stored {
            Ok(stored) => stored,
            Err(presented) => {
                let session = OpenSession::new(self.clone(), presented);
                return Ok(Upgraded { session, changed: false });
            }
        };
        let seen = stored.snapshot;
        let claimed = self.shared.strategy.claim(&stored.key, &seen).await?;
        let opened = claimed.ok_or_else(gone)?;
        if is_past_deadline(opened.snapshot.record.deadline, self.now()) {
            let _ = opened.claim.release().await;
            return Err(gone());
        }
        let changed = was_written(&seen, &opened);
        let (data, opened) =
            if changed { self.decode_again(opened).await? } else { (data, opened) };
        let session = OpenSession::stored(self.clone(), stored.id, data, opened);
        Ok(Upgraded { session, changed })
    }
}

impl<T: 'static> Sessions<T> {
    /// Decodes the data again, or releases the session and returns the error.
    ///
    /// The session does not start anew, because data was shown already.
    async fn decode_again(&self, opened: Opened) -> Result<(T, Opened)> {
        match self.shared.codec.decode(&opened.snapshot.record.payload) {
            Ok(data) => Ok((data, opened)),
            Err(undecodable) => {
                let _ = opened.claim.release().await;
                Err(undecodable)
            }
        }
    }
}

/// Whether there was a write in between.
///
/// A store without tags may not distinguish two versions, so the data is compared, too.
fn was_written(seen: &Snapshot, opened: &Opened) -> bool {
    let now = &opened.snapshot;
    now.version != seen.version || now.record.payload != seen.record.payload
}

fn gone() -> Error {
    Error::new(Operation::Open, ErrorKind::Gone)
}
