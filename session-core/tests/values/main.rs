//! Tests of keys, ids, payloads, capabilities, lifetimes and clocks: their input and their output.

mod admission;
mod capabilities;
mod clocks;
mod errors;
mod keys;
mod lifetimes;
mod payloads;
