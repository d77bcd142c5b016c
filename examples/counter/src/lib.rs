#![doc = include_str!("../README.md")]

mod args;
mod cookie;
mod dynamodb;
mod failure;
mod listen;
mod locking;
mod routes;
mod shutdown;
mod store;

pub use args::Args;
pub use listen::Listen;
pub use locking::{Locking, sessions};
pub use routes::{Counter, router};
pub use shutdown::{Grace, termination};
pub use store::{Store, StoreArgs, StoreKind};

/// The project's front page, so that its examples are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct FrontPage;
