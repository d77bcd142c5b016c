//! The contract of server-side sessions: store traits, records, lifetimes, codecs, typed sessions.
//!
//! The root has what users of sessions need. The modules have what authors of stores, strategies
//! and codecs need as well:
//!
//! | module | has |
//! | --- | --- |
//! | [`store`] | the traits of a store, and the values that it receives and returns |
//! | [`strategy`] | what concurrent handles of one session do to each other |
//! | [`sessions`] | the builder of sessions, and what opening and committing return |
//! | [`codec`] | the formats of session data |
//! | [`collector`] | the rate and the report of a collection |
//! | [`time`] | points in time, clocks and timers |
//! | [`random`] | sources of ids, versions and tokens |
//! | [`error`] | what an error says beside its kind |
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod codec;
pub mod collector;
pub mod error;
mod key_scheme;
mod lifetime;
pub mod random;
mod session_id;
pub mod sessions;
pub mod store;
pub mod strategy;
pub mod time;

pub use collector::Collector;
pub use error::{Error, ErrorKind, Result};
pub use key_scheme::KeyScheme;
pub use lifetime::Lifetime;
pub use session_id::SessionId;
pub use sessions::{Committed, OpenSession, ReadSession, Sessions};
pub use strategy::{LastWriteWins, Optimistic};
