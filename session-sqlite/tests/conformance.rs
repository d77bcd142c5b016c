//! The conformance suite on a file for each case, through one handle and through two.

mod folder;
#[path = "folder/harness.rs"]
mod harness;

mod one_handle {
    session_conformance::suite!(crate::harness::InFile { two_handles: false });
}

mod two_handles {
    session_conformance::suite!(crate::harness::InFile { two_handles: true });
}
