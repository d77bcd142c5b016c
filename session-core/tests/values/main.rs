//! Tests of keys, ids, payloads, capabilities, lifetimes and clocks.

mod admission;
mod capabilities;
mod clocks;
mod errors;
mod keys;
mod lifetimes;
mod payloads;
