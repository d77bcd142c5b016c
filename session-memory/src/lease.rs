use session_core::store::LockToken;
use session_core::time::EpochMillis;
use std::time::Duration;

/// The lock that stands on a record: whose it is, and when it may be taken over.
///
/// `lapses` is the end of the lease with the clock skew added. Until then the lock counts as live
/// for everybody but its holder (L11); after it the token still holds, until somebody takes over
/// (L4).
#[derive(Debug)]
pub(crate) struct Lease {
    token: LockToken,
    lapses: EpochMillis,
}

impl Lease {
    pub(crate) const fn new(token: LockToken, lapses: EpochMillis) -> Self {
        Self { token, lapses }
    }

    pub(crate) fn is_held_by(&self, token: &LockToken) -> bool {
        self.token == *token
    }

    /// How long until the lock may be taken over, or `None` if it may be now.
    pub(crate) fn remaining(&self, now: EpochMillis) -> Option<Duration> {
        (!self.lapses.is_over(now)).then(|| self.lapses.saturating_since(now))
    }

    /// Never shortens: a late renewal takes nothing from one that came before it (L9).
    pub(crate) fn extend(&mut self, lapses: EpochMillis) {
        self.lapses = self.lapses.max(lapses);
    }
}
