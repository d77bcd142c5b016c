//! A real PHP with the requests of its handlers, beside the store: `handler.php`.

mod ids;
mod loopback;
mod recorded;
mod script;
mod sharing;
