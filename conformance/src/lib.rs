#![doc = include_str!("../README.md")]

#[cfg(feature = "bench")]
pub mod bench;
mod call;
mod case;
mod cases;
mod context;
mod ensure;
pub mod faults;
mod harness;
pub mod histories;
mod law;
mod model;
mod need;
mod parts;
#[cfg(feature = "proxy")]
pub mod proxy;
mod refusals;
#[cfg(feature = "runner")]
pub mod runner;
pub mod secrets;
mod strategy_factory;
mod suite;
mod table;
mod verdict;
mod virtual_time;
mod watched;

pub use case::{Case, Failure, Passed};
pub use context::{CLOCK_SKEW, Context};
pub use harness::{Fixture, Harness, SetupError};
pub use law::{Law, UnknownLaw};
pub use model::{Lawful, Lock, Model, Row, Rules};
pub use need::Need;
pub use strategy_factory::StrategyFactory;
pub use table::CASES;
pub use verdict::{Verdict, Violation};

/// What the macros name, and nobody else.
#[doc(hidden)]
pub mod __private {
    pub use crate::case::assert_passes;
    pub use tokio;
}
