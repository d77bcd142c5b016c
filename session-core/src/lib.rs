//! The contract of server-side sessions: store traits, records, lifetimes, codecs, typed sessions.

mod admission;
mod capabilities;
mod codec;
mod collector;
mod error;
mod expect;
mod id_alphabet;
mod key;
mod key_scheme;
mod lifetime;
mod lock_token;
mod payload;
mod random;
mod record;
mod session_id;
mod sessions;
mod store;
mod strategy;
mod time;
mod version;

pub use capabilities::Capabilities;
#[cfg(feature = "bincode")]
pub use codec::Bincode;
#[cfg(feature = "json")]
pub use codec::Json;
#[cfg(feature = "messagepack")]
pub use codec::MessagePack;
#[cfg(feature = "postcard")]
pub use codec::Postcard;
pub use codec::{Base64, Codec, Limits, MaybeBase64, RawBytes, RawString};
pub use collector::{CollectError, Collector, RateLimit, Report};
pub use error::{Error, ErrorKind, Operation, Outcome, Result, Retry};
pub use expect::Expect;
pub use id_alphabet::IdAlphabet;
pub use key::Key;
pub use key_scheme::KeyScheme;
pub use lifetime::Lifetime;
pub use lock_token::LockToken;
pub use payload::{Payload, PayloadKind};
pub use random::{OsRandom, Randomness};
pub use record::{Change, LockDisposition, Record, Rotation, Snapshot, Touch};
pub use session_id::SessionId;
pub use sessions::{
    Committed, OpenSession, Presented, ReadSession, Sessions, SessionsBuilder, Written,
};
pub use store::{
    Acquired, CollectingStore, Cursor, Deletion, LockingStore, SessionStore, Sweep, SweepBudget,
};
pub use strategy::{Claim, Drained, LastWriteWins, Opened, Optimistic, Strategy};
pub use time::{Clock, EpochMillis, ManualClock, SystemClock, Timer, Timestamp};
pub use version::Version;
