/// The failures that an acknowledged write survives.
///
/// The levels are ordered: each includes those before it. A write that is lost leaves the session as
/// an earlier write left it: a change is undone, or a session that was signed out is back.
///
/// ```
/// use session_core::store::Durability;
///
/// assert!(Durability::ServerCrash > Durability::ClientCrash);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// Nothing: sessions end with their process, and all users are signed out.
    #[default]
    Nothing,
    /// The end of the process that wrote, by any means.
    ClientCrash,
    /// The end of the machine or the server with the sessions, as by a power failure.
    ServerCrash,
    /// The loss of one of several machines that keep the sessions.
    ReplicaLoss,
}

/// By when a call takes effect whose future was dropped ([R13](crate::contract#r13)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DroppedCalls {
    /// At any later point, or never, as a request that is still on its way.
    #[default]
    Late,
    /// Before every later call of the same handle of the store, or never.
    AtOnce,
}
