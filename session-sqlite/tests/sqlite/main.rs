//! Tests of this store's own features.
//!
//! The conformance suite tests the laws of all stores.

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
