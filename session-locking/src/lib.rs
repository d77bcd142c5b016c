#![doc = include_str!("../README.md")]

mod back_off;
mod background;
mod claim;
mod held_locks;
mod line;
mod lock;
mod options;
mod pessimistic;
mod releases;
mod renewal;
mod sightings;
mod timer;
mod turn;
mod wake_ups;

pub use held_locks::HeldLocks;
pub use options::LockOptions;
pub use pessimistic::Pessimistic;
pub use timer::TokioTimer;
