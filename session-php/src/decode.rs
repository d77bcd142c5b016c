//! From bytes to values.

mod cursor;
mod custom;
mod fault;
mod foreign;
mod link;
mod number;
mod parser;
mod variables;

pub(crate) use custom::references;
pub(crate) use fault::Fault;
pub(crate) use foreign::serializer;
pub(crate) use variables::{Part, Variables, variables};
