//! Locks: taking, losing, fencing, releasing, renewing (L1 to L9, L11, L13, L14).

pub(crate) mod acquiring;
pub(crate) mod expiring;
pub(crate) mod fencing;
pub(crate) mod interrupting;
pub(crate) mod lease_expiry;
pub(crate) mod releasing;
pub(crate) mod renewing;
pub(crate) mod rotating_locked;
pub(crate) mod watching;
