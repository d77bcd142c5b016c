//! The driver traits: what a store implements.

mod collecting;
mod locking;
mod session;

pub use collecting::{CollectingStore, Cursor, Sweep, SweepBudget};
pub use locking::{Acquired, LockingStore};
pub use session::{Deletion, SessionStore};
