/// Result of looking up the id that a client presented.
///
/// A session that is new after a client presented an id is worth a line in a log: it says whether
/// sessions expired, or whether a client sends what no session can have.
///
/// ```
/// # use session_core::sessions::Presented;
/// # use session_core::{Result, Sessions};
/// # async fn example(sessions: Sessions<String>, cookie: Option<&str>) -> Result<()> {
/// let session = sessions.open(cookie).await?;
/// match session.presented() {
///     Presented::Unacceptable => eprintln!("the cookie is no id of these sessions"),
///     Presented::Unknown => eprintln!("the session expired, or was never there"),
///     Presented::Undecodable => eprintln!("the session's data cannot be decoded"),
///     Presented::Nothing | Presented::Known => {}
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presented {
    /// The client presented no id.
    Nothing,
    /// The text is no id of these sessions, and nothing was sent to the store.
    ///
    /// It is empty, too long, or has a character outside their
    /// [alphabet](crate::sessions::IdAlphabet).
    Unacceptable,
    /// The store has no live session of this id.
    Unknown,
    /// The store has a session of this id whose data cannot be decoded.
    ///
    /// The sessions are built to [start anew](crate::sessions::Undecodable::StartAnew) then.
    Undecodable,
    /// The store has the session.
    Known,
}
