#![doc = include_str!("../README.md")]

mod acquisition;
mod back_off;
mod background;
mod claim;
mod held_locks;
mod latest_expiry;
mod lock;
mod options;
mod pessimistic;
mod releases;
mod renewal;
mod renewals;
mod sightings;
mod wait_queue;
mod wake_up_limiter;
mod waking;

pub use held_locks::HeldLocks;
pub use options::LockOptions;
pub use pessimistic::Pessimistic;
