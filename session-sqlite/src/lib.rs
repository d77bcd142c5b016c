#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod config;
mod engine;
mod error;
mod file;
mod job;
pub mod limits;
mod row;
mod store;
mod writer;

pub use config::{SqliteStoreBuilder, Synchronous};
pub use store::SqliteStore;
