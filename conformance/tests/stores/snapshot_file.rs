//! Files with the cases that broken stores or strategies fail, one for each module.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The cases that each store or strategy fails, by its name.
pub(crate) type Failing = BTreeMap<String, BTreeSet<String>>;

pub(crate) fn read(folder: &str, module: &str) -> Failing {
    let text = fs::read_to_string(path(folder, module)).unwrap_or_default();
    let (mut failing, mut name) = (Failing::new(), "");
    for line in text.lines() {
        let case = line.strip_prefix("  ");
        if case.is_none() {
            name = line;
        }
        failing.entry(name.to_owned()).or_default().extend(case.map(str::to_owned));
    }
    failing
}

/// Writes each name, and below it the cases.
pub(crate) fn write(folder: &str, module: &str, failing: &Failing) {
    let mut text = String::new();
    for (name, cases) in failing {
        text.extend([name, "\n"]);
        for case in cases {
            text.extend(["  ", case, "\n"]);
        }
    }
    fs::write(path(folder, module), text).expect("the folder of the snapshots");
}

fn path(folder: &str, module: &str) -> PathBuf {
    let name = module.rsplit("::").next().unwrap_or(module);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    folder.join(name).with_extension("txt")
}
