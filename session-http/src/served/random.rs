//! Random requests, and a model of what client and store must see.

mod handle;
mod model;
mod program;
mod run;

pub(crate) use program::{Program, programs};
pub(crate) use run::run;
