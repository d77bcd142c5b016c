//! The suite, on a file for each case.

mod folder;
#[path = "folder/harness.rs"]
mod harness;

session_conformance::suite!(harness::InFile);
