//! The conformance suite with a file for each case, over one handle and over two.

mod folder;
#[path = "folder/harness.rs"]
mod harness;

mod one_handle {
    session_conformance::suite!(crate::harness::InFile { two_handles: false });
}

mod two_handles {
    session_conformance::suite!(crate::harness::InFile { two_handles: true });
}
