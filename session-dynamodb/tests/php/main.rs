//! Tests of the store beside a real PHP, which runs `handler.php` with the requests of its
//! handlers.

mod ids;
mod loopback;
mod recorded;
mod script;
mod sharing;
