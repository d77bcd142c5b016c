/// How recent the record must be that a [`load`](crate::store::SessionStore::load) returns ([R1](crate::contract#r1)).
///
/// It matters to a store whose usual reads may be stale, such as one with replicas. A store whose
/// reads always show the last write treats both alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// As the store is configured, where a stale read may be half the price.
    AsConfigured,
    /// Every write that was acknowledged before the call is seen.
    ///
    /// A retry after a [`Conflict`](crate::ErrorKind::Conflict) needs it: a stale read would show the
    /// version that the store has just rejected.
    Latest,
}
