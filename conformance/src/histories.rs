//! Random programs of a few clients, whose histories must be linearizable.

mod call;
mod client;
mod counter_example;
mod display;
mod expand;
mod generate;
mod history;
mod interleave;
mod linearize;
mod options;
mod oracle;
mod program;
mod report;
mod run;
mod search;
mod tags;
mod target;
mod threads;
mod turns;

pub use counter_example::CounterExample;
pub use expand::assert_linearizable;
pub use options::{Options, Scheduling};
pub use report::Report;
pub use search::{Failure, check};
