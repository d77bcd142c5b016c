//! The cases, a module for each thing that a store does.

pub(crate) mod canceling;
pub(crate) mod collecting;
pub(crate) mod creating;
pub(crate) mod deleting;
pub(crate) mod keys;
pub(crate) mod lifetimes;
pub(crate) mod loading;
pub(crate) mod locking;
pub(crate) mod pacing;
pub(crate) mod pairs;
pub(crate) mod payloads;
pub(crate) mod pessimistic;
pub(crate) mod rejecting;
pub(crate) mod repeating;
pub(crate) mod rotating;
pub(crate) mod sessions;
pub(crate) mod sizes;
pub(crate) mod threads;
pub(crate) mod touching;
pub(crate) mod updating;
