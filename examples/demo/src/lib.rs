#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod app;
mod args;
mod assets;
mod burst;
mod collect;
mod guard;
mod handlers;
mod headers;
mod listen;
mod locking;
mod refusal;
mod sections;
mod shutdown;
mod sign_in;
mod store;
mod view;

pub use app::{App, Settings};
pub use args::Args;
pub use collect::collect;
pub use listen::Listen;
pub use locking::Locking;
pub use shutdown::{serve, termination};
pub use store::{Store, StoreArgs, StoreKind};
