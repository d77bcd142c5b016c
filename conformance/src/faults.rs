//! Stores that fail on purpose, and what must hold of them all the same.
//!
//! [`Faulty`] wraps a store and fails by a [`FaultPlan`]: before a call reaches the store, after
//! the store carried it out, or by dropping the store's future. [`Retrying`] repeats such a call
//! identically, as [R11](session_core::contract#r11) lets every caller do, and [`UnderFaults`] makes of any harness one whose
//! stores fail and are asked again: they must pass the whole suite. Without retries,
//! [`check_outcomes`] holds every error to what it says of the store's state.

mod ambiguity_filter;
mod fault_schedule;
mod faulty;
mod harness;
mod injected;
mod outcomes;
mod plan;
mod program;
mod retrying;

pub use ambiguity_filter::AmbiguityFilter;
pub use faulty::Faulty;
pub use harness::{UNRECOGNISED, UnderFaults};
pub use injected::Injected;
pub use outcomes::{Outcomes, check_outcomes};
pub use plan::{Fault, FaultPlan};
pub use retrying::Retrying;
