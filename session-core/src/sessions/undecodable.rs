/// The answer to a request for a session whose data cannot be decoded.
///
/// The stored row stays as it is in either case ([R2](crate::contract#r2)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Undecodable {
    /// Opening and reading it is [`Corrupt`](crate::ErrorKind::Corrupt): somebody has to look at it.
    #[default]
    Reject,
    /// The client gets a new session under a fresh id, which says
    /// [`Undecodable`](crate::sessions::Presented::Undecodable).
    ///
    /// This is for applications whose users can sign in again, and who would otherwise see an error
    /// with every request. The row stays under its key until it expires or an operator removes it.
    StartAnew,
}
