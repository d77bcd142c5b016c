//! The laws for one record, as pure functions.
//!
//! Each function takes a [`Row`] as a store read it, the arguments of one call, and a [`Context`]: one
//! reading of the clock. It returns the answer to the caller and the [`Effect`] on the row, or the
//! error that the contract names. It reads no clock, generates nothing and sends nothing.
//!
//! A store that reads, decides and writes in one transaction applies the effect. A store that sends
//! conditions instead explains a rejection by the function of the call, from the row that the
//! rejection shows.
//!
//! Checks that need no look at the record come before: `Capabilities::admit_*`.
//!
//! ```
//! use session_core::decision::{self, Context, Effect, Row, RowLock};
//! use session_core::store::{Deletion, Expect, Payload, Version};
//! use session_core::time::{EpochMillis, Timestamp};
//! use std::time::Duration;
//!
//! let (payload, version) = (Payload::text("{}"), Version::NONE);
//! let row = Row {
//!     payload: &payload,
//!     version: &version,
//!     expires: Timestamp::from_epoch_seconds(60),
//!     deadline: None,
//!     idle: None,
//!     lock: RowLock::Free,
//! };
//! let context = Context::new(EpochMillis::from_epoch_millis(1_000), Duration::from_secs(1));
//! let decision = decision::delete(Some(row), &Expect::PRESENT, &context)?;
//! assert_eq!(decision.answer, Deletion::Deleted);
//! assert!(matches!(decision.effect, Effect::Remove));
//! # Ok::<(), session_core::Error>(())
//! ```

mod effect;
mod locking;
mod rotation;
mod row;
#[cfg(test)]
mod tests;
mod writing;

pub use effect::{Decision, Effect, Field, Lease, Patch};
pub use locking::{acquire, expiry_under_lease, is_locked, release, remove_lapsed_lock, renew};
pub use rotation::{Counterpart, Move, rotate};
pub use row::{Context, Row, RowLock};
pub use writing::{create, delete, load, sweep, touch, update};
