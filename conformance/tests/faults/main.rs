//! The laws hold on a store with every kind of failure.

mod outcomes;
mod suite;
