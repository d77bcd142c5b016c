//! What is particular to this store; the laws of all stores are tested by the conformance suite.

mod bounds;
mod debugging;
mod limits;
mod locking;
mod rotating;
mod support;
mod sweeping;
mod waiting;
