#![doc = include_str!("../README.md")]

mod args;
mod cookie;
mod dynamodb;
mod failure;
mod locking;
mod routes;
mod store;

pub use args::Args;
pub use locking::{Locking, sessions};
pub use routes::{Counter, router};
pub use store::{Store, StoreArgs, StoreKind};

/// The project's front page, so that its examples are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct FrontPage;
