#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod census;
mod converter;
mod encoding;
mod migration;
#[cfg(feature = "program")]
pub mod program;
mod recognition;
mod report;
mod survey;
mod target;
mod walk;

pub use census::Census;
pub use encoding::DataEncoding;
pub use migration::Migration;
pub use report::{MigrationError, MigrationReport, SurveyReport};
pub use survey::Survey;
