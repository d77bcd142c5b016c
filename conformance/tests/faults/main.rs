//! The laws hold on a store that fails, whatever fails.

mod outcomes;
mod suite;
