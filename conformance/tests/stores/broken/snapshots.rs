//! The exact cases that each broken store fails, generated.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p session-conformance --test stores -- --ignored no_other`
//! generates a file for each module of broken stores. A change of a file shows what a case that is
//! new or different rejects.

use crate::broken::{Rejected, rejected};
use crate::snapshot_file::{self, Failing};
use std::collections::BTreeSet;
use std::env;

const FOLDER: &str = "tests/stores/broken/snapshots";

/// Runs the cases on the stores of one module, and compares with the file.
///
/// Cases with threads are slow, and left out: the tests of the stores at which they are aimed run
/// them.
pub(super) async fn assert_true(stores: &[Rejected]) {
    let module = stores[0].module;
    let (written, mut found, mut differences) = (read(module), Failing::new(), Vec::new());
    for store in stores {
        let failing = store.failing(|case| case.group != "threads").await;
        let expected = written.get(store.name).cloned().unwrap_or_default();
        for (case, violation) in &failing {
            if !expected.contains(*case) {
                differences.push(format!("{} fails {case}: {violation}", store.name));
            }
        }
        let cases: BTreeSet<_> = failing.into_keys().map(str::to_owned).collect();
        for case in expected.difference(&cases) {
            differences.push(format!("{} passes {case}", store.name));
        }
        found.insert(store.name.to_owned(), cases);
    }
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        snapshot_file::write(FOLDER, module, &found);
        return;
    }
    assert!(differences.is_empty(), "the snapshot is not true: {differences:#?}");
    assert!(found == written, "the snapshot names stores that do not exist");
}

/// The cases that each broken store fails.
pub(super) fn all() -> Failing {
    let stores = rejected();
    let modules: BTreeSet<_> = stores.iter().map(|store| store.module).collect();
    let mut failing: Failing = modules.into_iter().flat_map(read).collect();
    for store in stores {
        let aimed = store.aimed.iter().map(|&case| case.to_owned());
        failing.entry(store.name.to_owned()).or_default().extend(aimed);
    }
    failing
}

fn read(module: &str) -> Failing {
    snapshot_file::read(FOLDER, module)
}
