//! What is particular to this store; the laws of all stores are tested by the conformance suite.

mod busy;
mod closing;
mod collecting;
mod files;
#[path = "../folder/mod.rs"]
mod folder;
mod full;
mod late_times;
#[cfg(unix)]
mod permissions;
mod settings;
mod support;
mod unreadable;
