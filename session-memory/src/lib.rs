#![doc = include_str!("../README.md")]

mod bounds;
mod collect;
mod config;
mod entry;
mod error;
mod expiries;
mod hashed;
mod lease;
mod lock;
mod rotate;
mod shard;
mod shards;
mod store;
mod waiting;
mod write;

pub use config::MemoryStoreBuilder;
pub use store::MemoryStore;
