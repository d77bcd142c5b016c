//! Tests of handles: their results, and their behavior if clocks differ.
//!
//! The clocks are those of the store and of the application.

#[path = "../stores/calls.rs"]
mod calls;
mod collecting_every;
mod deadlines;
mod drawing;
mod empty_sessions;
mod kinds;
mod merging;
mod presented;
mod rotating;
mod stale_reads;
mod telling;
#[path = "../stores/twist.rs"]
#[expect(dead_code, reason = "the tests of the suite use the rest")]
mod twist;
mod undecodable;
mod upgrading;
