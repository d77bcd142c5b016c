//! Keys, ids, payloads, capabilities, lifetimes and clocks: what they accept, and what they make
//! of it.

mod admission;
mod capabilities;
mod clocks;
mod errors;
mod keys;
mod lifetimes;
mod payloads;
