//! Tests of the store beside a real PHP with its handlers.
//!
//! PHP runs `handler.php` for each request.

mod ids;
mod loopback;
mod recorded;
mod script;
mod sharing;
