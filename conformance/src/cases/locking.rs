//! Locks: taking, losing, fencing, releasing, renewing (L1 to L9, L11).

pub(crate) mod acquiring;
pub(crate) mod fencing;
pub(crate) mod interrupting;
pub(crate) mod lapsing;
pub(crate) mod moving;
pub(crate) mod releasing;
pub(crate) mod renewing;
