//! From values to bytes.

pub(crate) mod float;
mod layout;
mod refusal;
mod variables;
mod writer;

pub(crate) use refusal::Refusal;
pub(crate) use variables::{Original, variables};
