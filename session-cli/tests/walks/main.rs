//! Surveys and migrations on a server in the process, over a wire that tests alter.

mod hash_key;
mod migrating;
mod moving;
mod rejecting;
mod support;
mod wire;
