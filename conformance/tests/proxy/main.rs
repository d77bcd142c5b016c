//! Tests of every fault of the proxy, from the client's side and from the server's.

#![expect(clippy::unwrap_used, reason = "a test whose sockets fail fails there")]

mod client;
mod http;
mod http_messages;
mod http_server;
mod outages;
mod tcp;
mod tcp_server;

use std::time::Duration;

/// A duration of a fault that is longer than every test.
const FOREVER: Duration = Duration::from_hours(1);
/// The time that a test listens for bytes that must not arrive.
const A_WHILE: Duration = Duration::from_millis(50);
