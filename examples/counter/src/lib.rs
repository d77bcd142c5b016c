#![doc = include_str!("../README.md")]

mod args;
mod cookie;
mod failure;
mod routes;

pub use args::{Args, Locking, sessions};
pub use routes::{Counter, router};

/// The project's front page, so that its examples are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct FrontPage;
