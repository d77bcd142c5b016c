#![doc = include_str!("../README.md")]

mod args;
mod decoder;
mod demo;
mod dynamodb;
mod heard;
mod progress;
mod report;
mod run;
mod token;

pub use args::{Args, Form, Format, Writer};
pub use run::run;
