//! Keys, ids, lifetimes and clocks: what they accept, and what they make of it.

mod clocks;
mod errors;
mod keys;
mod lifetimes;
