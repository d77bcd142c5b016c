//! Tests of handles: their results, and their behavior if clocks differ.
//!
//! The clocks are those of the store and of the application.

mod collecting_every;
mod deadlines;
mod drawing;
mod empty_sessions;
mod kinds;
mod merging;
mod presented;
mod rotating;
mod stale_reads;
mod stored;
mod telling;
mod undecodable;
mod upgrading;
