//! The conformance suite with a file for each case, over one handle, over two, and with a bound.

mod folder;
#[path = "folder/harness.rs"]
mod harness;

mod one_handle {
    session_conformance::suite!(crate::harness::InFile::default());
}

mod two_handles {
    session_conformance::suite!(crate::harness::InFile { two_handles: true, limits: None });
}

#[tokio::test]
async fn every_case_passes_in_a_file_with_a_bound() {
    let harness = harness::InFile { two_handles: true, limits: Some((4 * 1_024, 128 * 1_024)) };
    for case in session_conformance::CASES {
        if let Err(failure) = case.run(&harness).await {
            panic!("{case}: {failure}");
        }
    }
}
