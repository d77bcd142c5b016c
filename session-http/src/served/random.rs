//! Random requests, and a model of the correct responses and store requests.

mod handle;
mod model;
mod program;
mod run;

pub(crate) use program::{Program, programs};
pub(crate) use run::run;
