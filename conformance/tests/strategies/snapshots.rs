//! The exact cases that each broken strategy fails, generated.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p session-conformance --test strategies` generates a file for
//! each module.

use crate::snapshot_file::{self, Failing};
use std::collections::BTreeSet;
use std::env;
use std::sync::Mutex;

const FOLDER: &str = "tests/strategies/snapshots";

pub(crate) fn read(module: &str) -> Failing {
    snapshot_file::read(FOLDER, module)
}

/// Compares the cases that a strategy fails with those in the file of its module.
pub(crate) fn assert_true(module: &str, strategy: &str, failed: BTreeSet<String>) {
    /// The files have several strategies, whose tests run at once.
    static WRITING: Mutex<()> = Mutex::new(());
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        let _alone = WRITING.lock().expect("nobody panics under this lock");
        let mut written = read(module);
        written.insert(strategy.to_owned(), failed);
        return snapshot_file::write(FOLDER, module, &written);
    }
    let expected = read(module).remove(strategy).unwrap_or_default();
    let (missing, more) = (&expected - &failed, &failed - &expected);
    assert!(failed == expected, "should fail but pass: {missing:#?}\nfail besides: {more:#?}");
}
