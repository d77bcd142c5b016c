#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod access;
mod assurance;
mod cookie;
mod failure;
mod head;
mod later;
mod machine;
#[cfg(feature = "served")]
pub mod served;
mod session;
mod settings;

pub use access::Access;
pub use assurance::AssuranceLevel;
pub use cookie::{CookieKey, CookiePolicy, SameSite};
pub use failure::Failure;
pub use head::Head;
pub use later::Later;
pub use machine::{End, Ended, Ending, Finishing};
pub use session::{HeldSection, Session};
pub use settings::{Release, Settings};
