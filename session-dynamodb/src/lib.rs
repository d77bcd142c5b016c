#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod admin;
mod batch;
mod clock_check;
mod collect;
mod condition;
mod config;
mod credentials;
mod cursor;
#[cfg(feature = "test-util")]
mod embedded;
mod error;
mod execution;
#[cfg(feature = "test-util")]
mod faults;
mod item;
mod lapsed_locks;
mod large_items;
mod layout;
mod lease;
pub mod limits;
mod lock;
mod options;
mod ownership;
mod policy;
mod profile;
#[cfg(test)]
mod protocol;
mod reply;
mod request;
mod row;
mod send;
mod settings;
mod stale_php_locks;
mod store;
mod store_settings;
mod table;

pub use batch::BatchConfig;
pub use config::DynamoDbStoreBuilder;
pub use credentials::StaticCredentials;
#[cfg(feature = "test-util")]
pub use embedded::{EmbeddedDynamoDb, local_client};
#[cfg(feature = "test-util")]
pub use faults::{InjectedFaults, WireFault, WireFaults};
pub use options::Options;
pub use policy::Policy;
pub use profile::Profile;
pub use store::DynamoDbStore;
pub use table::{Problem, TableOptions, Throughput};
