//! The suite's own tests: stores that it must accept, and stores that it must reject.
//!
//! All are the model with something done another way: a wrong or odd decision is one of its
//! [`Rules`](session_conformance::Rules), anything else a [`Twist`](twist::Twist) of its
//! operations.

mod around;
mod broken;
mod content;
#[path = "../strategies/groups.rs"]
mod groups;
mod histories;
mod legal;
mod table;
mod twist;
mod waking;
