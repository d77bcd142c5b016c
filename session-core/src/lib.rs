//! The contract of server-side sessions: store traits, records, lifetimes, codecs, typed sessions.

mod admission;
mod capabilities;
mod codec;
mod error;
mod expect;
mod key;
mod key_scheme;
mod lock_token;
mod payload;
mod random;
mod record;
mod session_id;
mod store;
mod time;
mod version;

pub use capabilities::Capabilities;
pub use codec::Codec;
pub use error::{Error, ErrorKind, Operation, Outcome, Result, Retry};
pub use expect::Expect;
pub use key::Key;
pub use key_scheme::KeyScheme;
pub use lock_token::LockToken;
pub use payload::{Payload, PayloadKind};
pub use random::{OsRandom, Randomness};
pub use record::{AfterWrite, Change, Record, Rotation, Snapshot, Touch};
pub use session_id::SessionId;
pub use store::{
    Acquired, CollectingStore, Cursor, Deletion, LockingStore, SessionStore, Sweep, SweepBudget,
};
pub use time::{Clock, EpochMillis, ManualClock, SystemClock, Timer, Timestamp};
pub use version::Version;
