//! Tests of handles: their results, and their behavior if the clocks of store and application
//! differ.

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
