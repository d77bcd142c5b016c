//! Pessimistic strategies that the suite must reject, each by exactly the cases that should.

mod claims;
mod lines;
mod openings;
mod options;
mod timers;
mod verdicts;
