#![cfg_attr(feature = "json", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "json"),
    doc = "The contract of server-side sessions: store traits, records, lifetimes and typed sessions."
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod codec;
pub mod collector;
pub mod contract;
pub mod decision;
pub mod error;
mod key_scheme;
mod lifetime;
pub mod random;
#[cfg(feature = "json")]
pub mod sections;
mod session_id;
pub mod sessions;
pub mod settings;
pub mod store;
pub mod strategy;
pub mod time;
pub mod transactional;

pub use collector::Collector;
pub use error::{Error, ErrorKind, Result};
pub use key_scheme::KeyScheme;
pub use lifetime::Lifetime;
pub use session_id::SessionId;
pub use sessions::{Committed, OpenSession, ReadSession, Sessions};
pub use strategy::{LastWriteWins, Optimistic};
