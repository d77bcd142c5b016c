//! Tests of the codecs for PHP's formats.

mod casts;
#[path = "../checks/mod.rs"]
mod checks;
mod corpus;
mod formats;
mod hostile;
mod laravel;
mod limits;
mod linked;
mod lists;
mod moves;
#[path = "../packed/mod.rs"]
mod packed;
mod partial;
mod payloads;
mod php;
mod properties;
mod recorded;
mod references;
mod scale;
mod secrets;
mod support;
mod types;
mod untouched;
mod values;
