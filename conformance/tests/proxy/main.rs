//! Every fault of the proxy, seen by a client and by the server behind it.

#![expect(clippy::unwrap_used, reason = "a test whose sockets fail fails there")]

mod client;
mod http;
mod http_messages;
mod http_server;
mod outages;
mod tcp;
mod tcp_server;

use std::time::Duration;

/// A fault's time that no test waits for.
const FOREVER: Duration = Duration::from_hours(1);
/// How long a test listens for what must not come.
const A_WHILE: Duration = Duration::from_millis(50);
