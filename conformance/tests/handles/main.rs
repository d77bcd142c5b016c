//! What handles of sessions tell their callers, and what they do where the clocks of store and
//! application differ.

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
mod undecodable;
mod upgrading;
