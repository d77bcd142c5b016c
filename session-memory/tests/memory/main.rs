//! Tests of this store's own features.
//!
//! The conformance suite tests the laws of all stores.

mod bounds;
mod debugging;
mod limits;
mod locking;
mod rotating;
mod support;
mod sweeping;
mod waiting;
