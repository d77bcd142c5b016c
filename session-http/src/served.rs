//! Tests for every adapter to a framework: a table of cases over a small trait.
//!
//! An adapter implements [`Served`] in its tests, and [`served!`](crate::served!) makes one test of
//! each case:
//!
//! ```
//! use session_http::served::{Handler, Reply, Sent, Served};
//! use session_http::Settings;
//!
//! struct MyFramework {
//!     // A server with the middleware of these settings around the handler.
//! }
//!
//! impl Served for MyFramework {
//!     fn new(settings: Settings, handler: Handler) -> Self {
//!         // …
//!         # unreachable!()
//!     }
//!
//!     async fn call(&self, sent: Sent) -> Reply {
//!         // …
//!         # unreachable!()
//!     }
//! }
//!
//! session_http::served!(MyFramework);
//! ```
//!
//! The macro needs `tokio` with the features `macros` and `rt-multi-thread` among the dependencies
//! of the tests.

mod bench;
#[expect(clippy::missing_panics_doc, reason = "a case panics when it fails")]
pub mod cases;
mod client;
mod handler;
mod random;
mod store;
mod table;

pub use handler::{Handler, Reply, Sent};

use crate::Settings;

/// A server whose requests pass through the middleware of an adapter.
pub trait Served: 'static {
    /// Wraps the handler in the middleware with these settings.
    ///
    /// The handler gets the session as the framework passes it. The adapter turns a failure that
    /// the handler returns into a response.
    fn new(settings: Settings, handler: Handler) -> Self;

    /// Sends a request and returns the response.
    ///
    /// A test drops the future to simulate a client that leaves. A panic of the handler unwinds
    /// through it.
    fn call(&self, sent: Sent) -> impl Future<Output = Reply>;
}
