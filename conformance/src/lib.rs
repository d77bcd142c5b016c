#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod all_cases;
#[cfg(feature = "bench")]
pub mod bench;
mod call;
mod case;
mod cases;
mod composite_store;
mod contended;
mod context;
#[cfg(feature = "crash")]
pub mod crash;
mod ensure;
pub mod faults;
mod handle;
mod harness;
#[cfg(feature = "histories")]
pub mod histories;
mod law;
mod level;
mod model;
#[cfg(feature = "proxy")]
pub mod proxy;
mod refusals;
mod requirement;
#[cfg(feature = "runner")]
pub mod runner;
pub mod secrets;
mod spy_store;
mod strategy_factory;
mod suite;
mod table;
mod threads;
#[doc(hidden)]
pub mod twist;
mod verdict;
mod virtual_time;

pub use all_cases::CASES;
pub use case::{Case, Failure, Passed};
pub use context::{CLOCK_SKEW, Context};
pub use harness::{Fixture, Harness, SetupError};
pub use law::{Law, UnknownLaw};
pub use level::{Level, UnknownLevel};
pub use model::{Lawful, Lock, Model, Row, Rules};
pub use requirement::Requirement;
pub use strategy_factory::StrategyFactory;
pub(crate) use verdict::{Checked, Finding};
pub use verdict::{Verdict, Violation};

/// Items that only the macros name.
#[doc(hidden)]
pub mod __private {
    pub use crate::case::assert_passes;
    pub use tokio;
}

/// The guide for authors of stores, whose examples run as tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/writing-a-store.md")]
mod guide {}
