//! The suite as a program, for those who want a report rather than tests.
//!
//! [`main`] is all that a store needs:
//!
//! ```
//! use session_conformance::{Model, runner};
//! use session_core::time::ManualClock;
//! use std::process::ExitCode;
//!
//! fn main() -> ExitCode {
//!     runner::main(|clock: ManualClock| Model::new(clock).into_fixture())
//! }
//! ```
//!
//! Put into `examples/conformance.rs` of the store's crate, it is a program of these arguments:
//!
//! ```text
//! cargo run --example conformance -- --list                    # the cases and their laws
//! cargo run --example conformance -- --level basic             # the first cases for a new store
//! cargo run --example conformance                              # a table for people
//! cargo run --example conformance -- --law R4 --law L4         # the cases of two laws
//! cargo run --example conformance -- --filter rotation --serial --time-limit 5
//! cargo run --example conformance -- --fail-fast               # to the first failure
//! cargo run --example conformance -- --format junit --output conformance.xml
//! ```
//!
//! Failures go to the standard error as they happen, and to the report at the end.
//!
//! It ends with 0 if every case passed, with 1 if one failed, and with 2 if it could not do what it
//! was asked, which includes that nothing was selected: a run without a case is no pass.
//!
//! [`Runner`] is the same for a program of one's own.

mod arguments;
mod case_thread;
mod inspected;
mod json;
mod junit;
mod program;
mod proof;
mod queue;
mod report;
mod run;
mod selection;
mod table;
mod text;

pub use program::main;
pub use report::{Cause, Counts, Entry, LawSummary, Outcome, Report, Standing};
pub use run::Runner;
pub use selection::{Selection, UnknownCase};
