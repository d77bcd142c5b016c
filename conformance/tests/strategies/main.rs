//! Pessimistic strategies that the suite must reject, each by exactly the cases that should.

mod claims;
mod openings;
mod options;
mod timers;
mod verdicts;
