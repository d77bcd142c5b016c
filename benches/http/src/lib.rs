//! One small application with each of the session layers, and the requests to it.
//!
//! All are routers of axum with the same three routes: a handler that does not touch the session, one
//! that reads a counter, and one that increments it. Requests are served in process on one thread.
//! `docs/benchmarks.md` has the results and says what they mean.

mod applications;
mod client;

pub use applications::Application;
pub use client::{Client, Request};
