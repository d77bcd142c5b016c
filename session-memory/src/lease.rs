use session_core::decision::Lease as LeaseRef;
use session_core::store::LockToken;
use session_core::time::EpochMillis;

/// The lock of a record: the token that holds it, and the end of its lease.
#[derive(Debug)]
pub(crate) struct Lease {
    token: LockToken,
    end: EpochMillis,
}

impl Lease {
    pub(crate) const fn view(&self) -> LeaseRef<'_> {
        LeaseRef { token: &self.token, end: self.end }
    }

    pub(crate) fn of(lease: LeaseRef<'_>) -> Self {
        Self { token: lease.token.clone(), end: lease.end }
    }

    /// Renews the lock if it is held by the same token.
    pub(crate) fn renew(&mut self, lease: LeaseRef<'_>) -> bool {
        let is_held = self.token == *lease.token;
        if is_held {
            self.end = lease.end;
        }
        is_held
    }
}
