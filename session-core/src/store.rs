//! The driver traits, which stores implement, and their arguments and results.

mod admission;
mod capabilities;
mod collecting;
mod durability;
mod expect;
mod freshness;
mod key;
mod lock_token;
mod locking;
mod payload;
mod places;
mod record;
mod session;
mod tag;
mod version;
mod watch;

pub use capabilities::Capabilities;
pub use collecting::{CollectingStore, Cursor, Sweep, SweepBudget};
pub use durability::{DroppedCalls, Durability};
pub use expect::Expect;
pub use freshness::Freshness;
pub use key::Key;
pub use lock_token::LockToken;
pub use locking::{Acquired, LockingStore};
pub use payload::{Payload, PayloadKind};
pub use places::Places;
pub use record::{Change, LockDisposition, OwnLifetime, Record, Rotation, Snapshot, Touch};
pub use session::{Deletion, SessionStore};
pub use tag::Tag;
pub use version::Version;
pub use watch::{WakeUps, Watch};
